#pragma once

#include "core/reconcile/judge.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "stores/contracts/score_store.hpp"

#include <optional>
#include <vector>

namespace standings {

/// Whether the details are those of this user, with the row's version and scores.
[[nodiscard]] bool has_details_of(const entry_view& seen, const user_record& row);

/// Replaces what the cache of a named leaderboard holds of these users, who are as it shows them,
/// and what can be neither the state of their rows nor an earlier one: another program has written
/// it, so a load leaves it. A state that is newer than the row is never overwritten: entries are
/// read before the rows, and only replaced if they have not changed since. Fails if the database
/// does; sets `cache_failure` if the cache does.
[[nodiscard]] result<void> replace_wrong_entries(rank_cache& cache, score_store& rows,
                                                 const std::vector<user_record>& users,
                                                 std::optional<failure>& cache_failure);

} // namespace standings
