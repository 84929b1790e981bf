#pragma once

#include "tests/support/both_stores.hpp"
#include "tests/support/service_under_test.hpp"

#include <atomic>
#include <mutex>
#include <random>
#include <thread>

namespace standings::test {

/// Clients that update 200 users until they are stopped. Each update has its own Idempotency-Key
/// and is repeated until it is acknowledged.
class keyed_load {
public:
  explicit keyed_load(service_under_test& service, std::string name = "load", int clients = 8)
      : service_(service), name_(std::move(name)) {
    for (int i = 0; i < clients; ++i)
      threads_.emplace_back([this, i] { work(i); });
  }
  keyed_load(const keyed_load&) = delete;
  keyed_load& operator=(const keyed_load&) = delete;
  ~keyed_load() {
    given_up_ = true;
    join();
  }

  /// Waits until `more` further updates have been acknowledged.
  bool await(std::size_t more) {
    const auto goal = acknowledged_ + more;
    return eventually([&] { return acknowledged_ >= goal; }, std::chrono::seconds{30});
  }

  /// Stops the clients after their current updates; returns what all of them counted.
  counts finish() {
    stopping_ = true;
    until_ = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    join();
    EXPECT_EQ(abandoned_, 0) << name_ << ": updates that were never acknowledged";
    const std::lock_guard lock{mutex_};
    return model_;
  }

  [[nodiscard]] std::size_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::size_t warned() const { return warned_; } ///< of the acknowledged updates
  [[nodiscard]] std::size_t replayed() const { return replayed_; }

  /// How often each status other than 200 was seen; 0: no answer.
  [[nodiscard]] std::map<int, int> failures() {
    const std::lock_guard lock{mutex_};
    return failures_;
  }

private:
  void work(int number) {
    std::mt19937 random{static_cast<unsigned>(number)};
    auto client = service_.client();
    for (int n = 0; !stopping_ && !given_up_; ++n) {
      const auto user = "player " + std::to_string(random() % 200);
      const auto count = static_cast<std::int64_t>(1 + random() % 3);
      const auto key = name_ + "-" + std::to_string(number) + "-" + std::to_string(n);
      if (!send(client, user, count, key)) {
        ++abandoned_;
        return;
      }
      {
        const std::lock_guard lock{mutex_};
        model_[user] += count;
      }
      ++acknowledged_;
    }
  }

  bool send(http_client& client, const std::string& user, std::int64_t count,
            const std::string& key) {
    while (!given_up_ && !(stopping_ && std::chrono::steady_clock::now() > until_.load())) {
      const auto answer = client.update(user, count, key);
      if (answer.status == 200) {
        warned_ += answer.json().at("warning").is_null() ? 0 : 1;
        replayed_ += answer.header("Idempotent-Replayed").empty() ? 0 : 1;
        return true;
      }
      {
        const std::lock_guard lock{mutex_};
        ++failures_[answer.status];
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{5}); // a polite client
    }
    return false;
  }

  service_under_test& service_;
  const std::string name_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> given_up_ = false;
  std::atomic<std::chrono::steady_clock::time_point> until_{};
  std::atomic<std::size_t> acknowledged_ = 0;
  std::atomic<std::size_t> warned_ = 0;
  std::atomic<std::size_t> replayed_ = 0;
  std::atomic<int> abandoned_ = 0;
  std::mutex mutex_;
  counts model_;                ///< guarded by mutex_
  std::map<int, int> failures_; ///< guarded by mutex_
  std::vector<std::thread> threads_;

  void join() {
    for (auto& thread : threads_)
      if (thread.joinable())
        thread.join();
  }
};

} // namespace standings::test
