#include "actors/reconcile/sync_overview.hpp"

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

} // namespace standings
