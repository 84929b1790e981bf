#include "stores/redis/identity.hpp"

#include "stores/redis/server_info.hpp"

#include <array>

namespace standings {

namespace {

/// Whether a second replication id means that the server was never promoted.
bool is_unset(std::string_view id) {
  return id.find_first_not_of('0') == std::string_view::npos;
}

} // namespace

bool redis_identity::may_be_older_than(const redis_identity& before) const {
  const bool restarted = !before.run_id.empty() && !run_id.empty() && run_id != before.run_id;
  // a first replica or a new backlog clears the promotion, which loses nothing
  const bool promoted =
      !before.run_id.empty() && !promotion.empty() && promotion != before.promotion;
  return restarted || promoted;
}

result<redis_identity> identify(redis_connection& c) {
  constexpr std::array<std::string_view, 2> sections{"server", "replication"};
  const auto info = read_server_info(c, sections);
  if (!info)
    return info.error();
  const auto mode = info->text("redis_mode");
  if (mode == "cluster")
    return fail_because(errc::store_unavailable,
                        "the cache is a Redis Cluster, which is not supported",
                        "INFO server says redis_mode:cluster; use a Redis without "
                        "cluster-enabled");
  if (mode == "sentinel")
    return fail_because(errc::store_unavailable, "the cache is a Redis Sentinel, not a Redis",
                        "INFO server says redis_mode:sentinel; set cache.host and cache.port to "
                        "the primary that the Sentinel watches");
  redis_identity out{info->run_id(), {}};
  if (const std::string id{info->text("master_replid2")}; !is_unset(id))
    out.promotion = id + "@" + std::string{info->text("second_repl_offset")};
  return out;
}

} // namespace standings
