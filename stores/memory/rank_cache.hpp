#pragma once

#include "core/leaderboard/score_rules.hpp"
#include "stores/contracts/cache_audit.hpp"
#include "stores/contracts/rank_cache.hpp"

namespace standings {

/// A rank_cache in this process. Updates, ranks and windows cost O(log n). Takes about 250 bytes
/// per user if ids have at most 15 bytes. `clock` is used for `cached_at`.
[[nodiscard]] rank_cache_ptr make_memory_rank_cache(clock_fn clock = system_now);

/// The same cache with the interface that reconcile needs.
struct memory_cache {
  rank_cache_ptr cache;
  cache_audit_ptr audit;
};

[[nodiscard]] memory_cache make_memory_cache(clock_fn clock = system_now,
                                             score_order order = score_order::desc);

} // namespace standings
