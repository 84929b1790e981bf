#include "stores/redis/health.hpp"

#include "core/leaderboard/score.hpp"
#include "stores/redis/probe.hpp"
#include "stores/redis/server_info.hpp"

#include <algorithm>
#include <array>

namespace standings {

result<void> add_redis_health(redis_connection& c, const key_scheme& keys, cache_state& to) {
  const auto too_high = std::to_string(score_limit);
  std::array<std::string, period_count> foreign;
  redis_connection::arguments of_meta{"HMGET", keys.meta(), "set_aside"};
  for (const auto p : all_periods)
    of_meta.push_back(foreign[index_of(p)] = meta_field::foreign(p));
  std::vector<redis_connection::arguments> commands{{"INFO", "memory"}, of_meta};
  for (const auto& board : keys.boards()) {
    commands.push_back({"ZCOUNT", board, "-inf", "(0"});
    commands.push_back({"ZCOUNT", board, too_high, "+inf"});
  }
  const auto replies = c.exchange(commands);
  if (!replies)
    return replies.error();
  to.memory_bytes = server_info_of((*replies)[0]).number("used_memory");
  const auto& meta = (*replies)[1];
  to.keys_set_aside = static_cast<std::uint64_t>(meta[0].integer());
  for (std::size_t p = 0; p < period_count; ++p) {
    const auto now = (*replies)[2 + 2 * p].integer() + (*replies)[3 + 2 * p].integer();
    const auto found = meta[1 + p].integer(); // from the last scan of the board
    to.foreign_members += static_cast<std::uint64_t>(std::max(now, found));
  }
  auto found = probe_redis(c, keys);
  if (!found)
    return found.error();
  to.problems = std::move(found->problems);
  to.notes = std::move(found->notes);
  return {};
}

} // namespace standings
