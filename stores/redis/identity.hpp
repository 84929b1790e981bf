#pragma once

#include "core/base/result.hpp"
#include "stores/redis/connection.hpp"

#include <string>

namespace standings {

/// Which Redis answers, and whose data it replicates. Another server, or the same after a restart
/// or a promotion, may have lost writes.
struct redis_identity {
  std::string run_id;    ///< changes with each restart; empty if INFO is refused
  std::string promotion; ///< the history that a promoted replica continues; else empty

  /// Whether data that `before` had may have been lost since.
  [[nodiscard]] bool may_be_older_than(const redis_identity& before) const;
};

/// Queries the server. Fails if it is a node of a cluster or a Sentinel, which the service does not
/// support.
[[nodiscard]] result<redis_identity> identify(redis_connection& c);

} // namespace standings
