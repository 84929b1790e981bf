#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

namespace standings {

/// The last delays of one kind, at most `size` of them. Not thread-safe.
class lag_window {
public:
  struct summary {
    std::size_t samples = 0; ///< if 0, the other fields mean nothing
    std::chrono::microseconds p50{0};
    std::chrono::microseconds p99{0};
    std::chrono::microseconds last{0};
  };

  explicit lag_window(std::size_t size = 1'024) : size_(size) {}

  void add(std::chrono::microseconds delay);

  [[nodiscard]] summary summarize() const;

private:
  std::size_t size_;
  std::size_t next_ = 0; ///< where the next sample goes
  std::vector<std::chrono::microseconds> delays_;
};

} // namespace standings
