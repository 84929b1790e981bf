#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

namespace standings {

/// When each running event loop last took a turn, for a watchdog on another thread. Thread-safe.
class loop_pulses {
public:
  using clock = std::chrono::steady_clock;

  /// The pulse of one loop, which beats while it holds it.
  class pulse {
  public:
    explicit pulse(clock::time_point now) : last_(now) {}

    void beat(clock::time_point now) { last_ = now; }
    [[nodiscard]] clock::time_point last() const { return last_; }

  private:
    std::atomic<clock::time_point> last_;
  };

  [[nodiscard]] std::shared_ptr<pulse> join(clock::time_point now) {
    auto mine = std::make_shared<pulse>(now);
    const std::lock_guard lock{mutex_};
    std::erase_if(all_, [](const auto& one) { return one.expired(); });
    all_.push_back(mine);
    return mine;
  }

  /// The time for which the most silent of the running loops has not taken a turn; zero if none
  /// runs.
  [[nodiscard]] clock::duration longest_silence(clock::time_point now) {
    clock::duration out{};
    const std::lock_guard lock{mutex_};
    for (const auto& one : all_)
      if (const auto running = one.lock())
        out = std::max(out, now - running->last());
    return out;
  }

private:
  std::mutex mutex_;
  std::vector<std::weak_ptr<pulse>> all_;
};

} // namespace standings
