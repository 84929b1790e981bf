#pragma once

#include "core/metrics/count.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace standings {

/// How many circuit breakers of one kind are open. Thread-safe.
class breaker_state {
public:
  void opened() {
    open_.fetch_add(1, std::memory_order_relaxed);
    trips_.add();
  }
  void closed() { open_.fetch_sub(1, std::memory_order_relaxed); }

  [[nodiscard]] std::int64_t open() const { return open_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t trips() const { return trips_.value(); }

private:
  std::atomic<std::int64_t> open_ = 0;
  shared_count trips_;
};

using breaker_state_ptr = std::shared_ptr<breaker_state>;

/// One circuit breaker, which reports to `state` when it opens and closes. Not thread-safe.
class breaker {
public:
  explicit breaker(breaker_state_ptr state) : state_(std::move(state)) {}
  breaker(const breaker&) = delete;
  breaker& operator=(const breaker&) = delete;
  ~breaker() { set(false); }

  void set(bool open) {
    if (open == open_)
      return;
    open_ = open;
    if (state_)
      open ? state_->opened() : state_->closed();
  }
  [[nodiscard]] bool open() const { return open_; }

private:
  const breaker_state_ptr state_;
  bool open_ = false;
};

} // namespace standings
