#include "stores/redis/health.hpp"

#include "core/leaderboard/score.hpp"
#include "stores/redis/identity.hpp"
#include "stores/redis/probe.hpp"

#include <algorithm>
#include <charconv>

namespace standings {

namespace {

std::uint64_t used_memory(std::string_view info) {
  const auto text = info_field(info, "used_memory");
  std::uint64_t bytes = 0;
  std::from_chars(text.data(), text.data() + text.size(), bytes);
  return bytes;
}

} // namespace

result<void> add_redis_health(redis_connection& c, const redis_board_keys& keys,
                              const std::string& details_prefix, cache_state& to) {
  const auto too_high = std::to_string(score_limit);
  std::vector<redis_connection::arguments> commands{{"INFO", "memory"},
                                                    {"HMGET", keys.meta, "set_aside",
                                                     "foreign:daily", "foreign:weekly",
                                                     "foreign:monthly", "foreign:yearly"}};
  for (const auto& board : keys.boards) {
    commands.push_back({"ZCOUNT", board, "-inf", "(0"});
    commands.push_back({"ZCOUNT", board, too_high, "+inf"});
  }
  const auto replies = c.exchange(commands);
  if (!replies)
    return replies.error();
  to.memory_bytes = used_memory((*replies)[0].text());
  const auto& meta = (*replies)[1];
  to.keys_set_aside = static_cast<std::uint64_t>(meta[0].integer());
  for (std::size_t p = 0; p < period_count; ++p) {
    const auto now = (*replies)[2 + 2 * p].integer() + (*replies)[3 + 2 * p].integer();
    const auto found = meta[1 + p].integer(); // by the last walk over the board
    to.foreign_members += static_cast<std::uint64_t>(std::max(now, found));
  }
  auto found = probe_redis(c, keys, details_prefix);
  if (!found)
    return found.error();
  to.problems = std::move(found->problems);
  to.notes = std::move(found->notes);
  return {};
}

} // namespace standings
