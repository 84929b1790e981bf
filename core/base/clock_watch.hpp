#pragma once

#include "core/base/time.hpp"

#include <chrono>
#include <optional>

namespace standings {

/// Decides which time to go by, given a wall clock that may be wrong for a while and
/// a monotonic clock that only tells how much time has passed.
///
/// A wall clock that jumps ahead would end periods that have not ended. So a jump is doubted: time
/// goes on at the monotonic clock's pace until the wall clock has kept its new time for
/// `confirm_after`. If the wall clock goes back by at most `correction`, time stands still until it
/// has caught up; if by more, it had been wrong before, and its new time is adopted.
class clock_watch {
public:
  using steady_time = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::hours confirm_after{1};
  static constexpr std::chrono::hours correction{1};

  /// The time to go by, now that the wall clock shows `wall`. The first call believes the wall
  /// clock, unless it is more than a day ahead of `witness`, another clock.
  sys_time look(sys_time wall, steady_time steady, std::optional<sys_time> witness = {});

  /// The wall clock's time while it is ahead and doubted; `nullopt` otherwise.
  [[nodiscard]] std::optional<sys_time> doubted() const;

  /// A time far enough in the past that its consequences may be written permanently: an hour before
  /// the last `look`. `nullopt` until the time has been watched for an hour.
  [[nodiscard]] std::optional<sys_time> settled() const;

private:
  struct reading {
    sys_time wall{};
    steady_time steady{};
  };

  [[nodiscard]] static bool agree(const reading& before, const reading& now);
  void doubt(const reading& now);

  std::optional<reading> believed_;
  std::optional<reading> ahead_; ///< the first reading of a jump
  steady_time watched_since_{};  ///< since when only the monotonic clock was followed
};

} // namespace standings
