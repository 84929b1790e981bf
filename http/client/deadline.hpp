#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace standings {

/// Calls a function from a thread of its own if it still exists after a time: a server that sends a
/// byte now and then would never reach the time-out of a single read.
class deadline {
public:
  deadline(std::chrono::milliseconds limit, std::function<void()> on_expiry)
      : thread_{[this, limit, act = std::move(on_expiry)] {
          std::unique_lock lock{mutex_};
          if (ended_.wait_for(lock, limit, [this] { return over_; }))
            return;
          expired_ = true;
          lock.unlock();
          act();
        }} {}
  deadline(const deadline&) = delete;
  deadline& operator=(const deadline&) = delete;
  ~deadline() { end(); }

  /// Waits for the function if it is being called. Returns whether the time was over.
  bool end() {
    {
      const std::lock_guard lock{mutex_};
      over_ = true;
    }
    ended_.notify_one();
    if (thread_.joinable())
      thread_.join();
    return expired_;
  }

private:
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  bool expired_ = false;
  std::thread thread_; ///< last: it uses the others
};

} // namespace standings
