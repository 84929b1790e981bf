#pragma once

#include "core/reconcile/run_report.hpp"
#include "stores/contracts/cache_audit.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "stores/contracts/reconcile_store.hpp"

#include <vector>

namespace standings {

/// Proves with three users of its own, against the live stores, that what another program creates,
/// updates and deletes in the cache reaches the database, and that an old state is healed. Touches
/// no other user, and leaves nothing behind but the archive of what it deleted. One entry per step;
/// ends at the first that fails.
std::vector<self_check_step> run_self_check(reconcile_store& rows, cache_audit& audit,
                                            rank_cache& cache);

} // namespace standings
