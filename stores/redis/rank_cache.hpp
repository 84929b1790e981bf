#pragma once

#include "core/leaderboard/score_rules.hpp"
#include "stores/contracts/cache_reads.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "stores/redis/connection.hpp"
#include "stores/redis/own_writes.hpp"
#include "stores/redis/pool.hpp"

#include <string>

namespace standings {

struct redis_cache_options {
  redis_options connection;
  std::size_t connections = 16;
  std::string key_prefix = "leaderboard:";
  std::string details_prefix = "user:details:";
  score_order order = score_order::desc;
  std::shared_ptr<redis_pool> pool{}; ///< shared with other caches; null: one of its own
  clock_fn clock = system_now;        ///< used for `cached_at`
  breaker_state_ptr reads_breaker{};  ///< of the reads for event loops; may be null
  own_writes_ptr own{}; ///< gets an announcement of every write to a user's details; may be null
};

/// A cache and its reads for event loops.
struct redis_cache {
  rank_cache_ptr cache;
  cache_reads_factory reads;
};

/// A rank_cache in Redis, shared by any number of instances and readable by other programs: four
/// sorted sets, a JSON string per user, and the hash `leaderboard:meta` (see docs/redis.md). One
/// script call per batch. If the cache has lost its boards, reads notice that and fail with
/// `cache_warming`.
[[nodiscard]] redis_cache make_redis_cache(const redis_cache_options& options);
[[nodiscard]] rank_cache_ptr make_redis_rank_cache(const redis_cache_options& options);

/// The options for a named leaderboard beside the default one that has these.
[[nodiscard]] redis_cache_options for_named_leaderboard(const redis_cache_options& of_default,
                                                        const std::string& id, score_order order);

} // namespace standings
