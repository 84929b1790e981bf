#pragma once

#include "stores/contracts/cache_audit.hpp"
#include "stores/contracts/rank_cache.hpp"

namespace standings {

/// A rank_cache in this process. Updates, ranks and windows cost O(log n).
/// About 250 bytes a user for ids of up to 15 bytes. `clock` gives `cached_at`.
[[nodiscard]] rank_cache_ptr make_memory_rank_cache(clock_fn clock = system_now);

/// The same with the view that reconcile has of it.
struct memory_cache {
  rank_cache_ptr cache;
  cache_audit_ptr audit;
};

[[nodiscard]] memory_cache make_memory_cache(clock_fn clock = system_now);

} // namespace standings
