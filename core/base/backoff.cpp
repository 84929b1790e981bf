#include "core/base/backoff.hpp"

#include <algorithm>
#include <cmath>

namespace standings {

std::chrono::milliseconds backoff::delay(std::uint32_t attempt, double random) const {
  const auto ceiling = static_cast<double>(max.count());
  // pow overflows to infinity for large attempts, which min() turns into max
  const double base =
      std::min(ceiling, static_cast<double>(min.count()) * std::pow(factor, attempt));
  const double spread = 1.0 + jitter * (2.0 * random - 1.0);
  return std::chrono::milliseconds{std::llround(base * spread)};
}

} // namespace standings
