#pragma once

#include "stores/redis/connection.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace standings {

/// A bounded set of connections with a circuit breaker: after a connection failed or was lost,
/// callers fail at once while one of them probes the server, at most once every `pause`.
/// Thread-safe.
class redis_pool {
public:
  /// A borrowed connection; returned to the pool at the end, or closed if it broke.
  class lease {
  public:
    lease(redis_pool& pool, std::unique_ptr<redis_connection> c);
    lease(lease&&) = default;
    lease& operator=(lease&&) = delete;
    ~lease();
    redis_connection* operator->() const { return connection_.get(); }
    redis_connection& operator*() const { return *connection_; }

  private:
    redis_pool* pool_;
    std::unique_ptr<redis_connection> connection_;
  };

  /// Checks each new connection before its first use; a failure closes it. May be null.
  using greet_fn = std::function<result<void>(redis_connection&)>;

  redis_pool(redis_options options, std::size_t size, greet_fn greet,
             std::chrono::milliseconds pause = std::chrono::milliseconds{250});

  /// Fails with `store_unavailable`: at once while the breaker is open, or after the command
  /// time-out if all connections are in use.
  [[nodiscard]] result<lease> borrow();

private:
  using clock = std::chrono::steady_clock;

  [[nodiscard]] result<std::unique_ptr<redis_connection>> open() const;
  void give_back(std::unique_ptr<redis_connection> c);
  void trip(const failure& why, std::chrono::milliseconds pause);

  const redis_options options_;
  const std::size_t size_;
  const greet_fn greet_;
  const std::chrono::milliseconds pause_;

  std::mutex mutex_; ///< guards all below
  std::condition_variable returned_;
  std::vector<std::unique_ptr<redis_connection>> idle_;
  std::size_t borrowed_ = 0;
  breaker breaker_; ///< open: the server is away
  bool probing_ = false;
  clock::time_point next_probe_{};
  failure last_failure_; ///< why the breaker is open
};

} // namespace standings
