#pragma once

#include "core/metrics/count.hpp"

namespace standings {

/// What became of the caches of named leaderboards.
struct shelf_counts {
  shared_count loads; ///< completed
  shared_count failed_loads;
  shared_count evictions; ///< dropped because they had not been used for long
};

} // namespace standings
