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

/// What other programs change in the leaderboard's table. A trigger gives each such change a
/// version and notes the user. A note stays until it is settled, so that nothing is missed while no
/// instance listens. One connection, blocking, for one thread; fails with `store_unavailable` as
/// score_store does.
class foreign_changes {
public:
  foreign_changes() = default;
  foreign_changes(const foreign_changes&) = delete;
  foreign_changes& operator=(const foreign_changes&) = delete;
  virtual ~foreign_changes() = default;

  /// How changes are noticed, or why they are not; shown in the status.
  [[nodiscard]] virtual std::string mode() const = 0;

  /// Waits until something may have changed, at most for `limit`. Fails if the triggers are
  /// missing, for instance because the table was recreated: opening another connection creates
  /// them.
  [[nodiscard]] virtual result<void> wait(std::chrono::milliseconds limit) = 0;

  /// Up to `limit` users with changes that have not been settled.
  [[nodiscard]] virtual result<std::vector<foreign_change>> pending(std::size_t limit) = 0;

  /// Settles changes that the cache has; a user that has changed again since stays pending.
  [[nodiscard]] virtual result<void> settle(std::span<const foreign_change> changes) = 0;
};

/// Opens a connection, and creates the triggers if they are missing and the role may create them.
using foreign_changes_factory = std::function<result<std::unique_ptr<foreign_changes>>()>;

} // namespace standings
