#pragma once

#include "core/base/time.hpp"
#include "core/leaderboard/calendar.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

namespace standings {

/// The starts of periods that this process was told of. Thread-safe.
class known_starts {
public:
  explicit known_starts(clock_fn clock) : clock_(std::move(clock)) {}

  [[nodiscard]] period_starts now() const {
    const std::lock_guard lock{mutex_};
    return starts_;
  }

  /// Keeps the later start of each period, and returns those from before.
  period_starts learn(const period_starts& starts) {
    const std::lock_guard lock{mutex_};
    return std::exchange(starts_, later_of(starts_, starts));
  }

  void set(const period_starts& starts) {
    const std::lock_guard lock{mutex_};
    starts_ = starts;
  }

  /// No period can have started later: a later start that Redis holds was not recorded by the
  /// service. Other processes may have been told of a start that this one was not told of yet, and
  /// the clocks of their machines differ a little.
  [[nodiscard]] sys_time latest() const {
    const auto starts = now();
    return std::max(clock_() + clock_difference, *std::max_element(starts.begin(), starts.end()));
  }

private:
  static constexpr std::chrono::minutes clock_difference{1};

  const clock_fn clock_;
  mutable std::mutex mutex_;
  period_starts starts_{};
};

} // namespace standings
