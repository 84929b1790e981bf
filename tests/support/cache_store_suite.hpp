#pragma once

#include "stores/memory/rank_cache.hpp"
#include "tests/support/cache_store_harness.hpp"
#include "tests/support/loop_driven_cache.hpp"
#include "tests/support/redis_cache_harness.hpp"
#include "tests/support/store_records.hpp"
#include "tests/support/store_times.hpp"
#include "tests/support/tls_redis.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <span>

namespace standings::test {

/// The in-process cache.
class memory_cache_harness final : public rank_cache_harness {
public:
  explicit memory_cache_harness(score_order order = score_order::desc)
      : made_(make_memory_cache([this] { return from_micros(now_us_); }, order)) {}

  rank_cache_ptr open() override { return made_.cache; }
  cache_audit_ptr audit() override { return made_.audit; }

  [[nodiscard]] bool sweeps() const override { return true; }

  void set_time(sys_time now) override { now_us_ = to_micros(now); }

private:
  std::atomic<std::int64_t> now_us_ = to_micros(at("2026-03-10T12:00:00Z"));
  memory_cache made_;
};

/// A private Redis that is used over TLS and wants a certificate of the client.
class tls_cache_harness final : public rank_cache_harness {
public:
  tls_cache_harness() {
    options_.connection = redis_.certified_options(redis_.authority.issue("client"));
    options_.clock = [this] {
      return from_micros(now_us_);
    };
  }

  rank_cache_ptr open() override { return make_redis_rank_cache(options_); }
  cache_audit_ptr audit() override { return make_redis_cache_audit(options_); }

  [[nodiscard]] bool sweeps() const override { return false; }

  void set_time(sys_time now) override { now_us_ = to_micros(now); }

private:
  const tls_redis redis_{tls_redis::clients::certified};
  std::atomic<std::int64_t> now_us_ = to_micros(at("2026-03-10T12:00:00Z"));
  redis_cache_options options_;
};

/// A private Redis with the cache of a named leaderboard.
inline std::unique_ptr<redis_cache_harness> redis_of_named(score_order order) {
  auto out = std::make_unique<redis_cache_harness>();
  out->options().key_prefix = "leaderboard:{acme.eu}:";
  out->options().details_prefix = "user:details:{acme.eu}:";
  out->options().order = order;
  return out;
}

/// Every backend of rank_cache.
inline std::vector<rank_cache_backend> rank_cache_backends() {
  return {{"memory",
           [] {
             return std::make_unique<memory_cache_harness>();
           }},
          {"redis", [] {
             return std::make_unique<redis_cache_harness>();
           }}};
}

/// The same, and Redis over TLS and from an event loop.
inline std::vector<rank_cache_backend> rank_cache_connections() {
  auto out = rank_cache_backends();
  out.push_back({"redis_tls", [] {
                   return std::make_unique<tls_cache_harness>();
                 }});
  out.push_back({"redis_loop", [] {
                   return std::make_unique<loop_driven_harness>();
                 }});
  out.push_back({"redis_named", [] {
                   return redis_of_named(score_order::desc);
                 }});
  return out;
}

/// The backends, with boards on which the lower score is better.
inline std::vector<rank_cache_backend> ascending_rank_caches() {
  return {{"memory",
           [] {
             return std::make_unique<memory_cache_harness>(score_order::asc);
           }},
          {"redis",
           [] {
             return redis_of_named(score_order::asc);
           }},
          {"redis_loop", [] {
             return std::make_unique<loop_driven_harness>(score_order::asc);
           }}};
}

/// Base of the contract suites: an empty cache.
class rank_cache_suite : public testing::TestWithParam<rank_cache_backend> {
protected:
  /// A user with the same score on all boards, written `version` microseconds
  /// after `epoch`.
  static user_record user(std::string id, std::int64_t score, std::int64_t version) {
    return {std::move(id), {score, score, score, score}, written_at(version), version};
  }

  static sys_time written_at(std::int64_t version) {
    return at("2026-03-10T08:00:00Z") + std::chrono::microseconds{version};
  }

  void apply(const std::vector<user_record>& users) { cache->apply(users).value(); }

  void load(const std::vector<user_record>& users) { cache->load(users).value(); }

  void remove(const std::string& id, std::int64_t version) { cache->remove(id, version).value(); }

  void start(period p, sys_time when) {
    starts[index_of(p)] = when;
    cache->start_periods(starts).value();
  }

  /// Rebuilds from `users`; returns the number swept.
  std::uint64_t rebuild(const std::vector<user_record>& users) {
    cache->begin_rebuild().value();
    load(users);
    return cache->finish_rebuild().value();
  }

  bool knows(const std::string& id) { return cache->find(id).value().has_value(); }

  /// The user, who has to exist.
  user_record get(const std::string& id) { return cache->find(id).value().value().user; }

  board_page board(period p) { return cache->top(p, 0, 1'000'000).value(); }

  user_rank rank(const std::string& id, period p) { return cache->rank(id, p).value().value(); }

  std::unique_ptr<rank_cache_harness> harness = GetParam().make();
  rank_cache_ptr cache = harness->open();
  period_starts starts{};
};

/// Base of the suites over a cache that is complete and empty.
class complete_rank_cache_suite : public rank_cache_suite {
protected:
  void SetUp() override { rebuild({}); }
};

/// Runs `suite` over every backend.
#define STANDINGS_OVER_RANK_CACHES(suite)                                                          \
  INSTANTIATE_TEST_SUITE_P(Caches, suite, testing::ValuesIn(test::rank_cache_connections()),       \
                           [](const auto& with) { return with.param.name; })

} // namespace standings::test
