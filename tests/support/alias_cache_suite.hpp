#pragma once

#include "stores/memory/alias_cache.hpp"
#include "stores/redis/alias_cache.hpp"
#include "tests/support/raw_redis.hpp"
#include "tests/support/servers.hpp"
#include "tests/support/store_times.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace standings::test {

/// What a suite needs from a backend of alias_cache.
class alias_cache_harness {
public:
  alias_cache_harness() = default;
  alias_cache_harness(const alias_cache_harness&) = delete;
  alias_cache_harness& operator=(const alias_cache_harness&) = delete;
  virtual ~alias_cache_harness() = default;

  virtual alias_cache_ptr open() = 0;

  /// Lets time pass for the query cache.
  virtual void pass(std::chrono::milliseconds d) = 0;
};

class memory_alias_harness final : public alias_cache_harness {
public:
  alias_cache_ptr open() override { return cache_; }
  void pass(std::chrono::milliseconds d) override { now_us_ += d.count() * 1'000; }

private:
  std::atomic<std::int64_t> now_us_ = to_micros(at("2026-03-10T12:00:00Z"));
  alias_cache_ptr cache_ = make_memory_alias_cache([this] { return from_micros(now_us_); });
};

/// A private Redis.
class redis_alias_harness final : public alias_cache_harness {
public:
  alias_cache_ptr open() override {
    redis_alias_options options;
    options.connection.port = server_.port();
    return make_redis_alias_cache(options);
  }

  /// Redis has its own clock, so the keys' time to live is shortened instead.
  void pass(std::chrono::milliseconds d) override {
    const raw_redis cli{server_.port()};
    auto keys = cli.command({"KEYS", "cache:team_player:*"});
    keys.emplace_back("cache:alias_mirror:owner");
    for (const auto& key : keys) {
      const auto left = std::stoll(cli.word({"PTTL", key})) - d.count();
      cli.command({"PEXPIRE", key, std::to_string(std::max<long long>(left, 0))});
    }
  }

private:
  redis_server server_;
};

struct alias_cache_backend {
  std::string name;
  std::function<std::unique_ptr<alias_cache_harness>()> make;

  friend void PrintTo(const alias_cache_backend& b, std::ostream* to) { *to << b.name; }
};

/// Every backend of alias_cache.
inline std::vector<alias_cache_backend> alias_cache_backends() {
  return {{"memory",
           [] {
             return std::make_unique<memory_alias_harness>();
           }},
          {"redis", [] {
             return std::make_unique<redis_alias_harness>();
           }}};
}

using alias_values = std::map<std::string, std::string>; ///< alias → value

/// Base of the contract suites: an empty cache.
class alias_cache_suite : public testing::TestWithParam<alias_cache_backend> {
protected:
  void put(alias_type type, const std::vector<alias_record>& records) {
    EXPECT_TRUE(cache->put(type, records).value().empty());
  }

  std::optional<std::string> find(alias_type type, const std::string& alias) {
    return cache->find(type, alias).value();
  }

  /// All cached aliases, page by page.
  std::vector<alias_name> all() {
    std::vector<alias_name> out;
    std::string cursor;
    do {
      auto page = cache->scan(cursor).value();
      out.insert(out.end(), page.names.begin(), page.names.end());
      cursor = page.next;
    } while (!cursor.empty());
    return out;
  }

  /// All aliases of a type, with their values.
  alias_values held(alias_type type) {
    alias_values out;
    for (const auto& name : all())
      if (name.type == type)
        out[name.alias] = find(type, name.alias).value();
    return out;
  }

  std::unique_ptr<alias_cache_harness> harness = GetParam().make();
  alias_cache_ptr cache = harness->open();
};

/// Runs `suite` over every backend.
#define STANDINGS_OVER_ALIAS_CACHES(suite)                                                         \
  INSTANTIATE_TEST_SUITE_P(AliasCaches, suite, testing::ValuesIn(test::alias_cache_backends()),    \
                           [](const auto& with) { return with.param.name; })

} // namespace standings::test
