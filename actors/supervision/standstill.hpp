#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

namespace standings {

/// The time since the machine was started, while it slept included.
[[nodiscard]] std::chrono::milliseconds uptime();

/// Finds out whether the process stood still (stopped, frozen, on a machine that
/// slept): whoever looks every moment, and has not for a while, was not there.
class standstill {
public:
  using uptime_fn = std::function<std::chrono::milliseconds()>;

  explicit standstill(uptime_fn now = uptime, std::chrono::milliseconds limit = default_limit)
      : now_(std::move(now)), limit_(limit), last_(now_()) {}

  /// Whether more than the limit has passed since the last look.
  [[nodiscard]] bool look() {
    const auto before = last_;
    last_ = now_();
    return last_ - before > limit_;
  }

private:
  /// Below the time after which the database frees the rights of one who is silent.
  static constexpr std::chrono::milliseconds default_limit{6'000};

  uptime_fn now_;
  std::chrono::milliseconds limit_;
  std::chrono::milliseconds last_;
};

} // namespace standings
