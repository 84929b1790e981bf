#pragma once

#include "core/base/result.hpp"
#include "stores/redis/connection.hpp"
#include "stores/redis/key_scheme.hpp"
#include "stores/redis/own_writes.hpp"

namespace standings {

/// Removes the boards and the users' details, first what says that the cache is
/// complete. What lies under the details prefix and is no user's details is somebody
/// else's: it stays, and the log says so. `own` may be null.
[[nodiscard]] result<void> clear_redis_cache(redis_connection& c, const key_scheme& keys,
                                             own_writes* own);

} // namespace standings
