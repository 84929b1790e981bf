#pragma once

#include "core/base/result.hpp"
#include "stores/redis/connection.hpp"
#include "stores/redis/key_scheme.hpp"
#include "stores/redis/own_writes.hpp"

namespace standings {

/// Removes the boards and the users' details, but first the mark that the cache is complete. Other
/// keys under the details prefix belong to another program: they stay, and the log reports them.
/// `own` may be null.
[[nodiscard]] result<void> clear_redis_cache(redis_connection& c, const key_scheme& keys,
                                             own_writes* own);

} // namespace standings
