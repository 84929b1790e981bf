#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace standings {

/// Counts the connections of all loops. Thread-safe.
class open_connections {
public:
  /// Counts one more unless there are `most` already; returns whether it did.
  [[nodiscard]] bool enter(std::size_t most) {
    if (open_.fetch_add(1) < most)
      return true;
    leave();
    return false;
  }

  void leave() {
    if (open_.fetch_sub(1) != 1)
      return;
    const std::lock_guard lock{mutex_};
    none_.notify_all();
  }

  [[nodiscard]] std::size_t count() const { return open_; }

  /// Waits until there is none; returns whether that is so within `limit`.
  bool await_none(std::chrono::milliseconds limit) {
    std::unique_lock lock{mutex_};
    return none_.wait_for(lock, limit, [this] { return open_ == 0; });
  }

private:
  std::atomic<std::size_t> open_ = 0;
  std::mutex mutex_;
  std::condition_variable none_;
};

} // namespace standings
