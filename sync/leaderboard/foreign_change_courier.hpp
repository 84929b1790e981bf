#pragma once

#include "stores/contracts/foreign_changes.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "stores/contracts/score_store.hpp"

namespace standings {

/// Writes to the cache the current rows of up to `limit` users that other programs have changed in
/// the database. Returns how many; 0 means that no change is pending. What fails stays pending.
/// Blocking.
[[nodiscard]] result<std::size_t> carry_foreign_changes(foreign_changes& changes, score_store& rows,
                                                        rank_cache& cache, std::size_t limit);

} // namespace standings
