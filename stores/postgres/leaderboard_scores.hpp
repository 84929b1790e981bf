#pragma once

#include "stores/contracts/leaderboard_store.hpp"
#include "stores/postgres/leaderboard_tables.hpp"
#include "stores/sql/leaderboard_batch.hpp"

#include <memory>

namespace standings {

/// Prepares what `postgres_scores_of` needs.
void prepare_postgres_scores(postgres_leaderboard_tables& tables);

/// Deletes up to `limit` old idempotency keys.
result<std::size_t> forget_leaderboard_requests(postgres_leaderboard_tables& tables,
                                                std::size_t limit);

/// The users of one leaderboard as a score_store. `tables` must outlive it.
std::unique_ptr<score_store> postgres_scores_of(const leaderboard& which,
                                                postgres_leaderboard_tables& tables,
                                                leaderboard_apply_fn apply);

} // namespace standings
