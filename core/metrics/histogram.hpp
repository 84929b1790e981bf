#pragma once

#include "core/metrics/count.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace standings {

/// Upper bounds of a histogram's buckets, in its unit (nanoseconds for durations), ascending.
using bucket_bounds = std::span<const std::uint64_t>;

namespace detail {
constexpr std::uint64_t us = 1'000;
constexpr std::uint64_t ms = 1'000'000;
constexpr std::uint64_t s = 1'000'000'000;
} // namespace detail

/// From a read of the cache to the longest time that a request may take.
inline constexpr std::array<std::uint64_t, 16> request_bounds{
    50 * detail::us,  100 * detail::us,   250 * detail::us,   500 * detail::us,
    1 * detail::ms,   2'500 * detail::us, 5 * detail::ms,     10 * detail::ms,
    25 * detail::ms,  50 * detail::ms,    100 * detail::ms,   250 * detail::ms,
    500 * detail::ms, 1 * detail::s,      2'500 * detail::ms, 10 * detail::s};

/// Calls of a store; a step of a rebuild may take a minute.
inline constexpr std::array<std::uint64_t, 12> call_bounds{
    100 * detail::us,   250 * detail::us, 500 * detail::us, 1 * detail::ms,
    2'500 * detail::us, 5 * detail::ms,   10 * detail::ms,  50 * detail::ms,
    250 * detail::ms,   1 * detail::s,    5 * detail::s,    30 * detail::s};

/// Increments that one transaction holds.
inline constexpr std::array<std::uint64_t, 10> batch_bounds{1,  2,   5,   10,  20,
                                                            50, 100, 200, 500, 1'000};

/// The contents of a histogram at one time.
struct histogram_totals {
  std::vector<std::uint64_t> counts; ///< by bucket, not cumulated; one more than there are bounds
  std::uint64_t sum = 0;

  /// Adds the contents of a histogram with the same bounds.
  histogram_totals& operator+=(const histogram_totals& more);
};

/// Counts values by size. `Count` decides which threads may add; any thread may read.
template <class Count, const auto& Bounds>
class histogram {
public:
  void add(std::uint64_t value) {
    std::size_t at = 0;
    while (at < Bounds.size() && value > Bounds[at])
      ++at;
    counts_[at].add();
    sum_.add(value);
  }

  void add(std::chrono::nanoseconds value) {
    add(static_cast<std::uint64_t>(value.count() > 0 ? value.count() : 0));
  }

  [[nodiscard]] histogram_totals totals() const {
    histogram_totals out;
    for (const auto& each : counts_)
      out.counts.push_back(each.value());
    out.sum = sum_.value();
    return out;
  }

private:
  std::array<Count, Bounds.size() + 1> counts_{};
  Count sum_;
};

} // namespace standings
