#pragma once

#include "core/base/time.hpp"
#include "stores/redis/connection.hpp"
#include "stores/redis/own_writes.hpp"

#include <span>
#include <string>
#include <string_view>

namespace standings {

/// A key that the service needs, and the Redis type that it must have.
struct needed_key {
  std::string key;
  std::string_view type;
};

/// Renames the values of another type at these keys: they belong to another program and are never
/// deleted. Logs each and counts it in the hash `meta_key`. `own` may be null.
[[nodiscard]] result<void> make_room(redis_connection& c, const std::string& meta_key,
                                     std::span<const needed_key> keys, sys_time now,
                                     own_writes* own);

} // namespace standings
