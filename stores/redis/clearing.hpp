#pragma once

#include "core/base/result.hpp"
#include "stores/redis/board_keys.hpp"
#include "stores/redis/connection.hpp"

#include <string>

namespace standings {

/// Removes the boards and the users' details, first what says that the cache is
/// complete. What lies under the details prefix and is no user's details is somebody
/// else's: it stays, and the log says so.
[[nodiscard]] result<void> clear_redis_cache(redis_connection& c, const redis_board_keys& keys,
                                             const std::string& details_prefix);

} // namespace standings
