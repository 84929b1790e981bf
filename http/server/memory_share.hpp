#pragma once

#include <atomic>
#include <cstddef>

namespace standings {

/// Memory that many share up to a bound. Thread-safe.
class memory_budget {
public:
  explicit memory_budget(std::size_t most) : most_(most) {}

  [[nodiscard]] bool take(std::size_t bytes) {
    if (taken_.fetch_add(bytes) + bytes <= most_)
      return true;
    give_back(bytes);
    return false;
  }

  void give_back(std::size_t bytes) { taken_.fetch_sub(bytes); }

  [[nodiscard]] std::size_t taken() const { return taken_; }

private:
  const std::size_t most_;
  std::atomic<std::size_t> taken_ = 0;
};

/// What one of them holds; given back at its end. For one thread.
class memory_share {
public:
  explicit memory_share(memory_budget& of) : of_(of) {}
  memory_share(const memory_share&) = delete;
  memory_share& operator=(const memory_share&) = delete;
  ~memory_share() { of_.give_back(held_); }

  /// Holds so much from now on; returns false, and holds as much as before, if there is no room.
  [[nodiscard]] bool hold(std::size_t bytes) {
    if (bytes > held_ && !of_.take(bytes - held_))
      return false;
    if (bytes < held_)
      of_.give_back(held_ - bytes);
    held_ = bytes;
    return true;
  }

private:
  memory_budget& of_;
  std::size_t held_ = 0;
};

} // namespace standings
