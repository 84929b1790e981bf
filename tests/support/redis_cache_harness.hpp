#pragma once

#include "stores/redis/cache_audit.hpp"
#include "stores/redis/rank_cache.hpp"
#include "tests/support/cache_store_harness.hpp"
#include "tests/support/servers.hpp"
#include "tests/support/store_times.hpp"

#include <atomic>

namespace standings::test {

/// A private Redis.
class redis_cache_harness final : public rank_cache_harness {
public:
  redis_cache_harness() {
    options_.connection.port = server_.port();
    options_.clock = [this] {
      return from_micros(now_us_);
    };
  }

  rank_cache_ptr open() override { return make_redis_rank_cache(options_); }
  cache_audit_ptr audit() override { return make_redis_cache_audit(options_); }

  [[nodiscard]] bool sweeps() const override { return false; }

  void set_time(sys_time now) override { now_us_ = to_micros(now); }

  /// Runs a command without the cache's knowledge.
  redis_reply command(const redis_connection::arguments& words) {
    auto c = redis_connection::open(options_.connection);
    return c.value()->command(words).value();
  }

  [[nodiscard]] redis_server& server() { return server_; }
  [[nodiscard]] redis_cache_options& options() { return options_; }

private:
  redis_server server_{{"--enable-debug-command", "yes"}};
  std::atomic<std::int64_t> now_us_ = to_micros(at("2026-03-10T12:00:00Z"));
  redis_cache_options options_;
};

} // namespace standings::test
