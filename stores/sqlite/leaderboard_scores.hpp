#pragma once

#include "stores/contracts/leaderboard_store.hpp"
#include "stores/sql/leaderboard_batch.hpp"
#include "stores/sqlite/leaderboard_tables.hpp"

#include <memory>

namespace standings {

/// The users of one leaderboard as a score_store. `tables` must outlive it.
std::unique_ptr<score_store> sqlite_scores_of(const leaderboard& which,
                                              sqlite_leaderboard_tables& tables,
                                              leaderboard_apply_fn apply);

} // namespace standings
