#pragma once

#include "stores/contracts/foreign_changes.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "stores/contracts/score_store.hpp"

namespace standings {

/// Brings up to `limit` users whom other programs have changed in the database to
/// the cache, as their rows are now. Gives how many; 0 means that nothing is pending.
/// What fails stays pending. Blocking.
[[nodiscard]] result<std::size_t> carry_foreign_changes(foreign_changes& changes, score_store& rows,
                                                        rank_cache& cache, std::size_t limit);

} // namespace standings
