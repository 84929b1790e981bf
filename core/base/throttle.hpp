#pragma once

#include <chrono>

namespace standings {

/// Lets one of many through per interval, the first one at once.
class throttle {
public:
  using clock = std::chrono::steady_clock;

  explicit throttle(std::chrono::milliseconds interval) : interval_(interval) {}

  [[nodiscard]] bool passes(clock::time_point now) {
    if (now < next_)
      return false;
    next_ = now + interval_;
    return true;
  }

  /// The next one passes.
  void reset() { next_ = {}; }

private:
  std::chrono::milliseconds interval_;
  clock::time_point next_{};
};

} // namespace standings
