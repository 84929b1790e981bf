#pragma once

#include "stores/contracts/alias_cache.hpp"
#include "stores/redis/connection.hpp"

namespace standings {

struct redis_alias_options {
  redis_options connection;
  std::size_t connections = 16;
};

/// An alias_cache in Redis, shared by any number of instances and readable by
/// other programs (see docs/aliases.md). Batches of 500, several at a time.
[[nodiscard]] alias_cache_ptr make_redis_alias_cache(const redis_alias_options& options);

} // namespace standings
