#pragma once

#include "tests/integration/events.hpp"

#include <deque>
#include <map>
#include <mutex>

namespace standings::test {

/// Sixteen clients that send each event with its own Idempotency-Key, and repeat it after each
/// failure until it is acknowledged. They follow the service from port to port.
class retrying_clients {
public:
  retrying_clients(service_under_test& service, const events& all)
      : service_(service), all_(all), until_(std::chrono::steady_clock::now() + limit) {
    for (int i = 0; i < 16; ++i)
      threads_.emplace_back([this] { work(); });
  }
  retrying_clients(const retrying_clients&) = delete;
  retrying_clients& operator=(const retrying_clients&) = delete;
  ~retrying_clients() {
    given_up_ = true;
    join();
  }

  /// Waits until that many events have been acknowledged; false if they are not in time.
  bool await(std::size_t acknowledged) {
    return eventually([&] { return acknowledged_ >= acknowledged || given_up_; }, limit)
           && !given_up_;
  }

  void join() {
    for (auto& thread : threads_)
      if (thread.joinable())
        thread.join();
  }

  [[nodiscard]] std::size_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::size_t retried() const { return retried_; }

  /// How often each status other than 200 was seen; 0: no answer.
  [[nodiscard]] std::map<int, int> failures() {
    const std::lock_guard lock{mutex_};
    return failures_;
  }

private:
  static constexpr std::chrono::seconds limit{120};

  void work() {
    std::unique_ptr<http_client> client;
    std::uint16_t port = 0;
    for (auto i = next_++; i < all_.size(); i = next_++) {
      for (bool first = true;; first = false) {
        if (given_up_ || std::chrono::steady_clock::now() > until_) {
          given_up_ = true;
          return;
        }
        retried_ += first ? 0 : 1;
        if (const auto now = service_.port(); !client || now != port) {
          port = now;
          client = std::make_unique<http_client>(port);
        }
        const auto status = client->update(all_[i], 1, "event-" + std::to_string(i)).status;
        if (status == 200)
          break;
        note(status);
      }
      ++acknowledged_;
    }
  }

  void note(int status) {
    {
      const std::lock_guard lock{mutex_};
      ++failures_[status];
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{5}); // a polite client
  }

  service_under_test& service_;
  const events& all_;
  const std::chrono::steady_clock::time_point until_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> acknowledged_ = 0;
  std::atomic<std::size_t> retried_ = 0;
  std::atomic<bool> given_up_ = false;
  std::mutex mutex_;
  std::map<int, int> failures_; ///< guarded by mutex_
  std::vector<std::thread> threads_;
};

} // namespace standings::test
