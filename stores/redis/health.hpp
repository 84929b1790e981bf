#pragma once

#include "stores/contracts/rank_cache.hpp"
#include "stores/redis/connection.hpp"
#include "stores/redis/key_scheme.hpp"

namespace standings {

/// Adds what an operator wants to know about a Redis to `to`: its memory, what other programs have
/// left in the cache, and which commands it refuses.
[[nodiscard]] result<void> add_redis_health(redis_connection& c, const key_scheme& keys,
                                            cache_state& to);

} // namespace standings
