#pragma once

#include "tests/integration/events.hpp"

#include <deque>
#include <functional>
#include <map>
#include <mutex>

namespace standings::test {

/// Sixteen clients that send each event with its own Idempotency-Key, and repeat it after each
/// failure until it is acknowledged. They follow the service from port to port.
class retrying_clients {
public:
  /// Sends the event of that number with that key.
  using send_fn = std::function<response(http_client&, std::size_t, const std::string&)>;

  retrying_clients(service_under_test& service, const events& all)
      : retrying_clients(service, all.size(),
                         [&all](http_client& client, std::size_t i, const std::string& key) {
                           return client.update(all[i], 1, key);
                         }) {}

  retrying_clients(service_under_test& service, std::size_t count, send_fn send)
      : service_(service), count_(count), send_(std::move(send)),
        until_(std::chrono::steady_clock::now() + limit) {
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
    for (auto i = next_++; i < count_; i = next_++) {
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
        const auto status = send_(*client, i, "event-" + std::to_string(i)).status;
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
  const std::size_t count_;
  const send_fn send_;
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
