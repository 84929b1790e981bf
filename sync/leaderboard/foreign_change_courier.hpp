#pragma once

#include "stores/contracts/foreign_changes.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "stores/contracts/score_store.hpp"

namespace standings {

/// Writes to the cache the current rows of users that other programs have changed, and takes out
/// those who have none; `found` are the rows that exist. Blocking.
[[nodiscard]] result<void> bring_to_cache(std::span<const foreign_change> changes,
                                          std::span<const user_record> found, rank_cache& cache);

/// Writes to the cache the current rows of up to `limit` users that other programs have changed in
/// the database. Returns how many; 0 means that no change is pending. What fails stays pending.
/// Blocking.
[[nodiscard]] result<std::size_t> carry_foreign_changes(foreign_changes& changes, score_store& rows,
                                                        rank_cache& cache, std::size_t limit);

} // namespace standings
