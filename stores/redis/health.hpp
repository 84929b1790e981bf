#pragma once

#include "stores/contracts/rank_cache.hpp"
#include "stores/redis/connection.hpp"
#include "stores/redis/key_scheme.hpp"

namespace standings {

/// Adds to a state what an operator wants to know of a Redis: its memory, what others
/// have left in the cache, and what it refuses us.
[[nodiscard]] result<void> add_redis_health(redis_connection& c, const key_scheme& keys,
                                            cache_state& to);

} // namespace standings
