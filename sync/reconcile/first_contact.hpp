#pragma once

#include "sync/leaderboard/version_guard.hpp"
#include "sync/reconcile/user_reconciler.hpp"

#include <optional>

namespace standings {

/// Takes over a cache that another application filled, when the service meets it for the first
/// time: for each user the higher score of the two sides is written to both. Users that the
/// database does not know become rows. Happens once in the life of a database, and never with a
/// cache that holds anything of ours. Returns `nullopt` if there was nothing to do. May be repeated
/// after a failure. Blocking.
[[nodiscard]] result<std::optional<run_counts>> take_over_foreign_cache(reconcile_store& rows,
                                                                        cache_audit& audit,
                                                                        rank_cache& cache,
                                                                        version_guard& guard);

} // namespace standings
