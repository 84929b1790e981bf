#pragma once

#include "core/base/result.hpp"
#include "stores/redis/connection.hpp"
#include "stores/redis/key_scheme.hpp"

#include <string>
#include <vector>

namespace standings {

/// What keeps the service from working with a Redis, or limits what it can notice.
struct redis_findings {
  std::vector<std::string> problems; ///< each names a command and a key, and what to do
  std::vector<std::string> notes;    ///< the service works, but notices less
};

/// Tries every command on every key that the service uses, without running any: they are queued in
/// a transaction that is discarded, and Redis refuses what it would refuse later. If it refuses
/// transactions, only commands that change nothing are run.
[[nodiscard]] result<redis_findings> probe_redis(redis_connection& c, const key_scheme& keys);

} // namespace standings
