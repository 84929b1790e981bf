#pragma once

#include "core/base/result.hpp"
#include "stores/contracts/score_store.hpp"

namespace standings {

/// Fills an empty database with a deterministic, realistic board of 500 players whose scores follow
/// a power law. Leaves a database that has users alone. Returns the number of users written.
[[nodiscard]] result<std::size_t> fill_demo(score_store& store);

} // namespace standings
