#pragma once

#include "core/base/result.hpp"
#include "core/leaderboard/calendar.hpp"
#include "core/leaderboard/score.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace standings {

/// What an update does to a score.
enum class score_mode : std::uint8_t {
  sum,   ///< counts add up
  best,  ///< the best value stays
  latest ///< the last value stays
};

/// Which score is better.
enum class score_order : std::uint8_t { desc, asc };

std::string_view to_string(score_mode mode);
std::string_view to_string(score_order order);
std::optional<score_mode> parse_score_mode(std::string_view text);
std::optional<score_order> parse_score_order(std::string_view text);

/// How a leaderboard counts and ranks.
struct score_rules {
  score_mode mode = score_mode::sum;
  score_order order = score_order::desc;
  std::int64_t max_count = 10'000;

  friend bool operator==(const score_rules&, const score_rules&) = default;
};

/// A count from 1, or with the modes `best` and `latest` a value from 0, up to `max_count`. Fails
/// with `invalid_count`.
[[nodiscard]] result<void> validate_count(std::int64_t count, const score_rules& rules);

/// The scores after one more update. `before` is the user's row as it is stored; null if there is
/// none. Nothing if a sum would reach 2^53.
[[nodiscard]] std::optional<scores> counted(const score_rules& rules, const user_record* before,
                                            const period_starts& starts, std::int64_t count);

/// Whether a user is on the board of a period that began at `start`. Where the higher score is
/// better, everybody is, with 0 before the first update of a period; where the lower score is
/// better, that 0 would be the best, so only those are who have an update in the period.
constexpr bool is_on_board(score_order order, sys_time updated_at, sys_time start) {
  return order == score_order::desc || updated_at >= start;
}

/// `ranks_before`, or its reverse if the lower score is better: equal scores then stand by user id
/// ascending in byte order, as ZRANGE does.
constexpr bool ranks_before(score_order order, std::int64_t score_a, std::string_view id_a,
                            std::int64_t score_b, std::string_view id_b) {
  return order == score_order::desc ? ranks_before(score_a, id_a, score_b, id_b)
                                    : ranks_before(score_b, id_b, score_a, id_a);
}

} // namespace standings
