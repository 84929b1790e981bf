#pragma once

#include "core/metrics/count.hpp"

namespace standings {

/// What became of the caches of named leaderboards.
struct shelf_counts {
  shared_count loads; ///< completed
  shared_count failed_loads;
  shared_count evictions;   ///< dropped because they had not been used for long
  shared_count same_caches; ///< compared whole, and as the database has it
  shared_count differing_caches;
  shared_count failed_comparisons;
};

} // namespace standings
