#include "actors/reconcile/sync_overview.hpp"

#include "actors/supervision/ask.hpp"

namespace standings {

sync_signs sync_overview::signs() const {
  sync_signs out;
  out.cache_reachable = cache.has_value() && cache->reachable;
  out.database_reachable = users.has_value();
  out.reconcile_answers = reconcile.has_value();
  out.last_run_failed = reconcile.has_value() && reconcile->last.status == run_status::failed;
  out.deletes_held = reconcile.has_value() && reconcile->deletes_held;
  return out;
}

sync_overview look_at_sync(caf::actor_system& system, rank_cache& cache,
                           const hydration_actor& hydration, const reconcile_actor& reconcile,
                           std::chrono::milliseconds limit) {
  return {cache.state(), ask<std::uint64_t>(system, hydration, count_users{}, limit),
          ask<reconcile_status>(system, reconcile, get_reconcile_status{}, limit)};
}

} // namespace standings
