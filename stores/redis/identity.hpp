#pragma once

#include "core/base/result.hpp"
#include "stores/redis/connection.hpp"

#include <string>

namespace standings {

/// Which Redis answers, and as whose copy. Another one, or the same after a restart or
/// a promotion, may hold less than what was written.
struct redis_identity {
  std::string run_id;    ///< changes with each restart; empty where INFO is refused
  std::string promotion; ///< whose history a promoted replica goes on with; else empty

  /// Whether what `before` held may have been lost since.
  [[nodiscard]] bool may_be_older_than(const redis_identity& before) const;
};

/// Asks the server. Fails where it is a node of a cluster or a Sentinel, which the
/// service cannot work with.
[[nodiscard]] result<redis_identity> identify(redis_connection& c);

} // namespace standings
