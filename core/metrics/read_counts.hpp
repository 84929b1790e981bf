#pragma once

#include "core/metrics/count.hpp"

namespace standings {

/// Reads of boards and users from the cache. One event loop adds.
struct read_counts {
  owned_count hits;   ///< the cache had it
  owned_count misses; ///< the database was asked for a user
  owned_count waits;  ///< had to wait until the cache is filled
};

} // namespace standings
