#pragma once

#include "stores/rank_cache.hpp"

namespace standings {

/// A rank_cache in this process. Updates, ranks and windows cost O(log n).
/// About 250 bytes a user for ids of up to 15 bytes. `clock` gives `cached_at`.
[[nodiscard]] rank_cache_ptr make_memory_rank_cache(clock_fn clock = system_now);

} // namespace standings
