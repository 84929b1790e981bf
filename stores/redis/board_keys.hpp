#pragma once

#include "core/leaderboard/details_json.hpp"
#include "core/leaderboard/entries.hpp"
#include "core/leaderboard/period.hpp"

#include <array>
#include <string>
#include <vector>

namespace standings {

/// The keys of the boards; see docs/redis.md.
struct redis_board_keys {
  explicit redis_board_keys(const std::string& prefix)
      : meta(prefix + "meta"), removed(prefix + "removed") {
    for (auto p : all_periods)
      boards[index_of(p)] = prefix + std::string{to_string(p)};
  }

  /// As most scripts take them.
  [[nodiscard]] std::vector<std::string> all() const {
    return {boards[0], boards[1], boards[2], boards[3], meta, removed};
  }

  std::array<std::string, period_count> boards;
  std::string meta;
  std::string removed;
};

/// How many users a script call takes: Redis serves nobody else meanwhile.
inline constexpr std::size_t redis_batch = 500;

/// Adds what apply.lua takes of a user.
inline void add_user_arguments(std::vector<std::string>& to, const user_record& user,
                               sys_time now) {
  auto json = details_parts_of(user, now);
  to.push_back(user.user_id);
  to.push_back(std::to_string(user.version));
  to.push_back(std::to_string(to_micros(user.updated_at)));
  for (const auto score : user.score)
    to.push_back(std::to_string(score));
  to.push_back(std::move(json.before));
  to.push_back(std::move(json.after));
}

} // namespace standings
