#pragma once

#include "core/base/clock_watch.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace standings {

/// Monotonic time that also passes while the machine sleeps.
std::chrono::steady_clock::time_point boot_time();

using steady_fn = std::function<std::chrono::steady_clock::time_point()>;

/// The time that a database's clock is believed to show: one object for all connections of a
/// process, so that they agree on the periods. Thread-safe.
class believed_clock {
public:
  /// `witness` is a second clock to judge the database's by, if there is one.
  explicit believed_clock(steady_fn steady = boot_time, clock_fn witness = {})
      : steady_(std::move(steady)), witness_(std::move(witness)) {}

  struct time {
    sys_time now{};
    bool doubted = false;            ///< the database's clock is ahead of this
    std::optional<sys_time> settled; ///< see clock_watch::settled
  };

  /// The time to go by when the database's clock shows `wall`.
  time at(sys_time wall);

  /// Records that the database was written at `ahead` while a clock was wrong; `fault` reports it
  /// from now on.
  void was_ahead(sys_time ahead, sys_time now);

  /// What is, or was, wrong with the clock, in words; empty if nothing is.
  std::string fault() const;

private:
  const steady_fn steady_;
  const clock_fn witness_;
  mutable std::mutex mutex_; ///< guards all below
  clock_watch watch_;
  std::string past_fault_;
};

using believed_clock_ptr = std::shared_ptr<believed_clock>;

/// More than the clocks of several machines differ by: a time further ahead was written while a
/// clock was wrong.
inline constexpr std::chrono::hours clock_slack{1};

} // namespace standings
