#pragma once

#include "core/base/result.hpp"
#include "stores/contracts/score_store.hpp"

namespace standings {

/// Fills an empty database with a deterministic, lifelike board: 500 players
/// whose scores fall off as on a real one. Leaves a database with users alone.
/// Gives the number of users written.
[[nodiscard]] result<std::size_t> fill_demo(score_store& store);

} // namespace standings
