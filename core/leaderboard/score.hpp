#pragma once

#include "core/base/time.hpp"
#include "core/leaderboard/calendar.hpp"
#include "core/leaderboard/period.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// Scores stay below 2^53: a Redis sorted set keeps them as doubles.
inline constexpr std::int64_t score_limit = std::int64_t{1} << 53;

/// A score per period, indexed by `index_of(period)`.
using scores = std::array<std::int64_t, period_count>;

/// A user as the database knows it. `version` grows with every write of any
/// user; of two states of one user the one with the higher version is newer.
struct user_record {
  std::string user_id;
  scores score{};
  sys_time updated_at{};
  std::int64_t version = 0;

  friend bool operator==(const user_record&, const user_record&) = default;
};

/// One requested increment. An empty `key` means no idempotency.
struct score_update {
  std::string user_id;
  std::int64_t count = 1;
  std::string key;
  std::string request_id{}; ///< for the log
  /// The named leaderboards to count in; none: the default one.
  std::vector<std::string> leaderboards{};

  friend bool operator==(const score_update&, const score_update&) = default;
};

/// The scores that count now: 0 in each period that has started after the
/// user's last write.
scores effective_scores(const scores& stored, sys_time updated_at, const period_starts& starts);

/// The user as a cache holds it: with scores from 0 to below the limit. The database may have
/// others of rows that another program has written.
user_record as_shown(user_record user);
std::vector<user_record> as_shown(std::vector<user_record> users);

/// Board order: the higher score first, equal scores by user id descending in
/// byte order, as ZREVRANGE does.
constexpr bool ranks_before(std::int64_t score_a, std::string_view id_a, std::int64_t score_b,
                            std::string_view id_b) {
  return score_a != score_b ? score_a > score_b : id_a > id_b;
}

/// The percentage of users whose rank is `rank` (from 1) or worse: 100 for the first, 100 / total
/// for the last. `total` is at least 1.
double percentile(std::uint64_t rank, std::uint64_t total);

} // namespace standings
