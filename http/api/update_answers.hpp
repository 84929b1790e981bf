#pragma once

#include "http/api/api.hpp"
#include "http/api/leaderboard_json.hpp"

#include <string>
#include <vector>

/// What all routes that count have in common.
namespace standings {

/// Sends an update with the request's idempotency key, if the limits allow it, and answers with its
/// outcome.
answer_task answer_update(const api& with, const request& rq, update_gate& to, score_update update);

/// The same for the items of a batch, all of these leaderboards; none means the default one.
answer_task answer_batch(const api& with, const request& rq, const scoring_actor& to,
                         std::vector<batch_item> items, std::vector<std::string> leaderboards);

} // namespace standings
