#pragma once

#include <chrono>
#include <cstdint>

namespace standings {

/// Exponential back-off with jitter. The n-th delay (from 0) is
/// `min * factor^n`, at most `max`, spread evenly by ±`jitter` of itself.
struct backoff {
  std::chrono::milliseconds min{100};
  std::chrono::milliseconds max{30'000};
  double factor = 2.0;
  double jitter = 0.2;

  /// `random` is a number in [0, 1). Never negative, never above
  /// `max * (1 + jitter)`.
  [[nodiscard]] std::chrono::milliseconds delay(std::uint32_t attempt, double random) const;
};

} // namespace standings
