#include "core/reconcile/sync_health.hpp"

#include <algorithm>

namespace standings {

sync_health judge_sync(const sync_signs& signs) {
  if (!signs.cache_reachable || !signs.database_reachable)
    return sync_health::unhealthy;
  const bool in_step = signs.reconcile_answers && !signs.last_run_failed && !signs.deletes_held;
  return in_step ? sync_health::healthy : sync_health::degraded;
}

std::string_view to_string(sync_health health) {
  switch (health) {
  case sync_health::healthy:
    return "healthy";
  case sync_health::degraded:
    return "degraded";
  case sync_health::unhealthy:
    break;
  }
  return "unhealthy";
}

double sync_percentage(const std::array<std::uint64_t, period_count>& members,
                       std::uint64_t database_users) {
  if (database_users == 0)
    return 100.0;
  const auto least = *std::min_element(members.begin(), members.end());
  return std::min(100.0, 100.0 * static_cast<double>(least) / static_cast<double>(database_users));
}

} // namespace standings
