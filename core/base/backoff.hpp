#pragma once

#include <chrono>
#include <cstdint>

namespace standings {

/// Exponential back-off with jitter. Delay n, counted from 0, is `min * factor^n`, at most `max`,
/// varied uniformly by ±`jitter` of itself.
struct backoff {
  std::chrono::milliseconds min{100};
  std::chrono::milliseconds max{30'000};
  double factor = 2.0;
  double jitter = 0.2;

  /// `random` is in [0, 1). The result is never negative and never above `max * (1 + jitter)`.
  [[nodiscard]] std::chrono::milliseconds delay(std::uint32_t attempt, double random) const;
};

} // namespace standings
