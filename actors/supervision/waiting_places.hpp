#pragma once

#include <atomic>
#include <cstddef>

namespace standings {

/// Bounds how many threads may wait for long at the same time, because a waiting thread serves no
/// other request. Thread-safe.
class waiting_places {
public:
  explicit waiting_places(std::size_t most) : most_(most) {}

  /// Holds a place for its lifetime, if one was free.
  class place {
  public:
    explicit place(waiting_places& of) : of_(of), before_(of.taken_++) {}
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    ~place() { --of_.taken_; }

    explicit operator bool() const { return before_ < of_.most_; }

  private:
    waiting_places& of_;
    std::size_t before_;
  };

private:
  const std::size_t most_;
  std::atomic<std::size_t> taken_ = 0;
};

} // namespace standings
