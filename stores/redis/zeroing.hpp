#pragma once

#include "core/base/time.hpp"
#include "core/leaderboard/score_rules.hpp"
#include "stores/redis/key_scheme.hpp"
#include "stores/redis/own_writes.hpp"
#include "stores/redis/pool.hpp"

#include <cstdint>

namespace standings {

/// The result for a board whose period has started anew.
struct zeroing_report {
  std::uint64_t zeroed = 0;
  std::uint64_t undated = 0; ///< keep their score: its time is unknown
  std::uint64_t foreign = 0; ///< keep their score: the service could not have written it
};

/// Zeroes the scores that were written before `start`, in batches from the top of the board; where
/// the lower score is better, takes their users off the board. Only changes scores whose time is
/// known to be earlier. `own` may be null.
[[nodiscard]] result<zeroing_report> zero_expired(redis_pool& pool, const key_scheme& keys,
                                                  period board, sys_time start, own_writes* own,
                                                  score_order order);

} // namespace standings
