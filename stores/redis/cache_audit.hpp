#pragma once

#include "stores/contracts/cache_audit.hpp"
#include "stores/redis/rank_cache.hpp"

namespace standings {

/// A cache_audit of a cache in Redis, on connections of its own. Reads 200 users per round trip, so
/// that Redis serves other clients in between.
[[nodiscard]] cache_audit_ptr make_redis_cache_audit(const redis_cache_options& options);

} // namespace standings
