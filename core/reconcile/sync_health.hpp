#pragma once

#include "core/leaderboard/period.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace standings {

/// The known state of cache, database and the last run.
struct sync_signs {
  bool cache_reachable = false;
  bool database_reachable = false;
  bool reconcile_answers = false;
  bool last_run_failed = false;
  bool deletes_held = false;
};

/// healthy: nothing needs attention. degraded: both stores serve, but they may drift apart.
/// unhealthy: a store is unavailable.
enum class sync_health : std::uint8_t { healthy, degraded, unhealthy };

[[nodiscard]] sync_health judge_sync(const sync_signs& signs);

[[nodiscard]] std::string_view to_string(sync_health health);

/// How much of the database the cache holds, in percent, on the board that lacks most.
[[nodiscard]] double sync_percentage(const std::array<std::uint64_t, period_count>& members,
                                     std::uint64_t database_users);

} // namespace standings
