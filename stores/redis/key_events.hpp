#pragma once

#include "stores/contracts/key_events.hpp"
#include "stores/redis/connection.hpp"
#include "stores/redis/own_writes.hpp"

#include <memory>
#include <string>
#include <vector>

namespace standings {

struct key_events_options {
  redis_options connection;
  std::vector<std::string> key_prefixes; ///< literal text, no patterns
  std::vector<std::string> channels;
  own_writes_ptr own{}; ///< notifications of these are left out; may be null
};

/// Subscribes to the changes of the keys with these prefixes in the connection's database, and to
/// the channels. Adds the flags that the server's notify-keyspace-events lacks (K, g, $, x, e) and
/// keeps the others. Fails with `store_unavailable`.
[[nodiscard]] result<std::unique_ptr<key_events>>
open_redis_key_events(const key_events_options& options);

} // namespace standings
