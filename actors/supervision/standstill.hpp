#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

namespace standings {

/// The time since the machine was booted, including time it was suspended.
[[nodiscard]] std::chrono::milliseconds uptime();

/// Detects that the process did not run for a while (stopped, frozen, on a suspended machine):
/// `look` is called at short intervals, so a long gap between two calls means that it did not run.
class standstill {
public:
  using uptime_fn = std::function<std::chrono::milliseconds()>;

  explicit standstill(uptime_fn now = uptime, std::chrono::milliseconds limit = default_limit)
      : now_(std::move(now)), limit_(limit), last_(now_()) {}

  /// Whether more than the limit has passed since the last call.
  [[nodiscard]] bool look() {
    const auto before = last_;
    last_ = now_();
    return last_ - before > limit_;
  }

private:
  /// Shorter than the time after which the database releases the leases of a silent connection.
  static constexpr std::chrono::milliseconds default_limit{6'000};

  uptime_fn now_;
  std::chrono::milliseconds limit_;
  std::chrono::milliseconds last_;
};

} // namespace standings
