#pragma once

#include <chrono>
#include <cstdint>

namespace standings {

/// How often something may happen: `burst` times at once, and once more after each `interval`.
struct bucket_size {
  std::chrono::nanoseconds interval{0}; ///< 0: there is no limit
  std::uint32_t burst = 1;

  /// `count` times within `period` on average; a `count` of 0: no limit.
  [[nodiscard]] static bucket_size of(std::uint32_t count, std::chrono::seconds period,
                                      std::uint32_t burst) {
    if (count == 0)
      return {};
    return {std::chrono::nanoseconds{period} / count, burst};
  }

  [[nodiscard]] bool limits() const { return interval.count() > 0; }
};

/// What a limit says to one who wants to do something.
struct limit_state {
  bool allowed = true;
  std::uint32_t limit = 0;          ///< how often at most at once; 0: there is no limit
  std::uint32_t remaining = 0;      ///< how often at once from now on
  std::chrono::seconds full_in{0};  ///< until `remaining` is `limit`; rounded up
  std::chrono::seconds retry_in{0}; ///< until it is allowed again; at least one if it is not
};

/// Whichever refuses; of two that agree, the one that leaves less.
[[nodiscard]] inline limit_state tighter(const limit_state& a, const limit_state& b) {
  if (a.limit == 0 || b.limit == 0)
    return a.limit == 0 ? b : a;
  if (a.allowed != b.allowed)
    return a.allowed ? b : a;
  if (!a.allowed)
    return a.retry_in < b.retry_in ? b : a;
  return b.remaining < a.remaining ? b : a;
}

/// A bucket that holds up to `burst` tokens and gains one each `interval`; it is full at first. It
/// remembers only when it will be full, so it has the size of a time.
class token_bucket {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Takes a token if there is one.
  limit_state take(const bucket_size& size, time_point now) { return next(size, now, true); }

  /// What `take` would say, without taking one.
  [[nodiscard]] limit_state look(const bucket_size& size, time_point now) const {
    auto copy = *this;
    return copy.next(size, now, false);
  }

private:
  limit_state next(const bucket_size& size, time_point now, bool takes);

  time_point full_at_{};
};

} // namespace standings
