#pragma once

#include "core/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// A user whose row another program has written or deleted.
struct foreign_change {
  std::string user_id;
  std::int64_t version = 0; ///< of the row, or of its deletion
};

/// What other programs change in the leaderboard's table. A trigger gives each such
/// change a version and notes the user; the notes stay until they are settled, so
/// that nothing is missed while nobody listens. One connection, blocking, for one
/// thread; fails with `store_unavailable` as score_store does.
class foreign_changes {
public:
  foreign_changes() = default;
  foreign_changes(const foreign_changes&) = delete;
  foreign_changes& operator=(const foreign_changes&) = delete;
  virtual ~foreign_changes() = default;

  /// How changes are heard of, or why they are not: what the status shows.
  [[nodiscard]] virtual std::string mode() const = 0;

  /// Waits until something may have changed, at most `limit`. Fails where the triggers
  /// are gone, as with a table that is made anew: opening another makes them.
  [[nodiscard]] virtual result<void> wait(std::chrono::milliseconds limit) = 0;

  /// Up to `limit` users that have been changed and not been settled.
  [[nodiscard]] virtual result<std::vector<foreign_change>> pending(std::size_t limit) = 0;

  /// The cache has these; one that was changed again since stays pending.
  [[nodiscard]] virtual result<void> settle(std::span<const foreign_change> changes) = 0;
};

/// Opens a connection, and makes the triggers where they are missing and the role
/// may make them.
using foreign_changes_factory = std::function<result<std::unique_ptr<foreign_changes>>()>;

} // namespace standings
