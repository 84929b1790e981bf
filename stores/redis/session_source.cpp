#include "stores/redis/session_source.hpp"

#include "stores/redis/key_scheme.hpp"
#include "stores/redis/server_info.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace standings {

namespace {

using arguments = redis_connection::arguments;

constexpr std::size_t beginning_bytes = 4'096; ///< that are read of a text that is too large

bool is_wrong_type(const redis_reply& reply) {
  return reply.is_error() && reply.text().starts_with("WRONGTYPE");
}

bool is_number(const std::string& text) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && at == end;
}

class redis_session_source final : public session_source {
public:
  redis_session_source(session_source_options options, std::unique_ptr<redis_connection> db)
      : options_(std::move(options)), db_(std::move(db)), keys_(options_.key_prefix) {}

  result<source_page> scan(const std::string& cursor, std::size_t limit) override {
    const std::string from = cursor.empty() ? "0" : cursor;
    if (!is_number(from))
      return fail(errc::out_of_range, "no such cursor", "cursor");
    const auto count = std::to_string(limit);
    const auto pattern = keys_.pattern();
    const auto reply = db_->command({"SCAN", from, "MATCH", pattern, "COUNT", count});
    if (!reply)
      return reply.error();
    source_page out;
    const auto keys = (*reply)[1];
    for (std::size_t i = 0; i < keys.size(); ++i)
      out.ids.emplace_back(keys_.id_of(keys[i].text()));
    out.cursor = (*reply)[0].text();
    if (out.cursor == "0")
      out.cursor.clear();
    return out;
  }

  result<std::vector<source_session>> read(std::span<const std::string> ids,
                                           std::size_t max_bytes) override {
    std::vector<std::string> keys;
    for (const auto& id : ids)
      keys.push_back(keys_.session(id));
    auto sized = sizes(ids, keys, max_bytes);
    if (!sized || sized->empty())
      return sized;
    if (const auto filled = fill(*sized, keys); !filled)
      return filled.error();
    return sized;
  }

  result<server_identity> identity() override {
    constexpr std::array<std::string_view, 3> sections{"server", "commandstats", "replication"};
    const auto info = read_server_info(*db_, sections);
    if (!info)
      return info.error();
    server_identity out;
    out.run_id = info->run_id();
    out.flushes = info->calls("flushall") + info->calls("flushdb");
    out.settings = info->calls("config|set");
    out.swaps = info->calls("swapdb");
    out.data_set = info->text("master_replid");
    return out;
  }

private:
  /// The sessions that fit, by STRLEN: `present` if there is a text to read, `gone` if there may be
  /// none.
  result<std::vector<source_session>> sizes(std::span<const std::string> ids,
                                            const std::vector<std::string>& keys,
                                            std::size_t max_bytes) {
    std::vector<arguments> commands;
    commands.reserve(keys.size());
    for (const auto& key : keys)
      commands.push_back({"STRLEN", key});
    const auto replies = db_->exchange(commands);
    if (!replies)
      return replies.error();
    std::vector<source_session> out;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto& reply = (*replies)[i];
      if (reply.is_error() && !is_wrong_type(reply))
        return redis_connection::meaning_of(reply);
      const auto size = static_cast<std::size_t>(reply.integer());
      source_session found{ids[i], source_session::state::gone, {}};
      if (reply.is_error()) {
        found.is = source_session::state::wrong_type;
      } else if (size > options_.max_session_bytes) {
        found.is = source_session::state::too_large;
      } else if (size > 0) {
        found.is = source_session::state::present;
        bytes += size;
      }
      if (bytes > max_bytes && !out.empty())
        break;
      out.push_back(std::move(found));
    }
    return out;
  }

  /// Reads the texts. A key may have changed since its size was read.
  result<void> fill(std::vector<source_session>& to, const std::vector<std::string>& keys) {
    using state = source_session::state;
    const auto most = std::to_string(options_.max_session_bytes); // one more: the end is included
    const auto beginning = std::to_string(beginning_bytes - 1);
    std::vector<arguments> commands;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < to.size(); ++i) {
      if (to[i].is == state::wrong_type)
        continue;
      commands.push_back({"EXISTS", keys[i]});
      commands.push_back(
          {"GETRANGE", keys[i], "0", to[i].is == state::too_large ? beginning : most});
      places.push_back(i);
    }
    const auto replies = db_->exchange(commands);
    if (!replies)
      return replies.error();
    for (std::size_t n = 0; n < places.size(); ++n) {
      const auto& exists = (*replies)[2 * n];
      const auto& reply = (*replies)[2 * n + 1];
      if (reply.is_error() && !is_wrong_type(reply))
        return redis_connection::meaning_of(reply);
      auto& session = to[places[n]];
      if (reply.is_error())
        session.is = state::wrong_type;
      else if (session.is == state::too_large)
        session.text = reply.text();
      else if (reply.text().size() > options_.max_session_bytes)
        session = {session.id, state::too_large,
                   std::string{reply.text().substr(0, beginning_bytes)}};
      else if (reply.text().empty() && exists.integer() == 0)
        session.is = state::gone;
      else
        session = {session.id, state::present, std::string{reply.text()}};
    }
    return {};
  }

  const session_source_options options_;
  const std::unique_ptr<redis_connection> db_;
  const session_keys keys_;
};

} // namespace

result<std::unique_ptr<session_source>>
open_redis_session_source(const session_source_options& options) {
  auto opened = redis_connection::open(options.connection);
  if (!opened)
    return opened.error();
  return std::unique_ptr<session_source>{
      std::make_unique<redis_session_source>(options, std::move(*opened))};
}

} // namespace standings
