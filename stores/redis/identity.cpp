#include "stores/redis/identity.hpp"

namespace standings {

namespace {

/// What a server says as its second replication id where it was never promoted.
bool is_unset(std::string_view id) {
  return id.find_first_not_of('0') == std::string_view::npos;
}

} // namespace

bool redis_identity::may_be_older_than(const redis_identity& before) const {
  const bool restarted = !before.run_id.empty() && !run_id.empty() && run_id != before.run_id;
  // a first replica or a backlog made anew clears the promotion, which loses nothing
  const bool promoted =
      !before.run_id.empty() && !promotion.empty() && promotion != before.promotion;
  return restarted || promoted;
}

std::string info_field(std::string_view info, std::string_view field) {
  const auto name = "\n" + std::string{field} + ":";
  const auto at = info.find(name);
  if (at == std::string_view::npos)
    return {};
  const auto value = info.substr(at + name.size());
  return std::string{value.substr(0, value.find_first_of("\r\n"))};
}

result<redis_identity> identify(redis_connection& c) {
  const auto replies = c.exchange({{"INFO", "server"}, {"INFO", "replication"}});
  if (!replies)
    return replies.error();
  redis_identity out;
  if (const auto& server = (*replies)[0]; !server.is_error()) {
    out.run_id = info_field(server.text(), "run_id");
    const auto mode = info_field(server.text(), "redis_mode");
    if (mode == "cluster")
      return fail_because(errc::store_unavailable,
                          "the cache is a Redis Cluster, which is not supported",
                          "INFO server says redis_mode:cluster; use a Redis without "
                          "cluster-enabled");
    if (mode == "sentinel")
      return fail_because(errc::store_unavailable, "the cache is a Redis Sentinel, not a Redis",
                          "INFO server says redis_mode:sentinel; set cache.host and cache.port to "
                          "the primary that the Sentinel watches");
  }
  if (const auto& replication = (*replies)[1]; !replication.is_error()) {
    const auto id = info_field(replication.text(), "master_replid2");
    if (!is_unset(id))
      out.promotion = id + "@" + info_field(replication.text(), "second_repl_offset");
  }
  return out;
}

} // namespace standings
