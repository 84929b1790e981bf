#pragma once

#include "core/base/time.hpp"
#include "stores/redis/connection.hpp"
#include "stores/redis/own_writes.hpp"

#include <span>
#include <string>
#include <string_view>

namespace standings {

/// A key that the service needs, and the type of Redis that belongs there.
struct needed_key {
  std::string key;
  std::string_view type;
};

/// Renames what lies under the keys and is of another type: it is somebody's, and is never
/// deleted. Says so in the log, and counts it in the hash `meta_key`. `own` may be null.
[[nodiscard]] result<void> make_room(redis_connection& c, const std::string& meta_key,
                                     std::span<const needed_key> keys, sys_time now,
                                     own_writes* own);

} // namespace standings
