#include "app/backends.hpp"
#include "app/measured/measured.hpp"
#include "stores/memory/rank_cache.hpp"
#include "stores/redis/rank_cache.hpp"
#include "tests/support/servers.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace standings::test {
namespace {

std::uint64_t calls(const store_metrics& of, const std::string& store, std::string_view operation,
                    errc outcome = errc::none) {
  for (const auto& meter : of.meters)
    for (std::size_t i = 0; i < meter->operations().size(); ++i)
      if (meter->store() == store && meter->operations()[i] == operation)
        return meter->calls(i).outcomes[static_cast<std::size_t>(outcome)].value();
  ADD_FAILURE() << store << " has no " << operation;
  return 0;
}

backends on_sqlite(const temp_dir& dir) {
  config settings;
  settings.data_dir = dir.path().string();
  return make_backends(settings).value();
}

TEST(MeasuredStores, CountWhatIsAskedOfADatabase) {
  const temp_dir dir;
  const auto stores = on_sqlite(dir);
  const auto store = stores.open_store().value();
  const std::vector<score_update> batch{{"ann", 1, {}}, {"bob", 2, {}}, {"cid", 3, {}}};
  ASSERT_EQ(store->apply(batch).value().size(), 3U);
  EXPECT_EQ(store->find("bob").value()->score[0], 2);
  EXPECT_EQ(store->count().value(), 3U);
  EXPECT_EQ(calls(*stores.metrics, "score_store", "open"), 1U);
  EXPECT_EQ(calls(*stores.metrics, "score_store", "apply"), 1U);
  EXPECT_EQ(calls(*stores.metrics, "score_store", "find"), 1U);
  EXPECT_EQ(calls(*stores.metrics, "score_store", "tidy"), 0U);
  EXPECT_EQ(stores.metrics->batch_sizes.totals().sum, 3U);
}

TEST(MeasuredStores, ShareAMeterBetweenConnections) {
  const temp_dir dir;
  const auto stores = on_sqlite(dir);
  const auto one = stores.open_store().value();
  const auto other = stores.open_store().value();
  ASSERT_TRUE(one->count());
  ASSERT_TRUE(other->count());
  EXPECT_EQ(calls(*stores.metrics, "score_store", "count"), 2U);
}

TEST(MeasuredStores, BehaveAsTheStoreWithin) {
  const auto metrics = std::make_shared<store_metrics>();
  const auto cache = measured(make_memory_cache(system_now).cache, metrics);
  EXPECT_FALSE(cache->complete());
  ASSERT_TRUE(cache->begin_rebuild());
  ASSERT_TRUE(cache->finish_rebuild());
  EXPECT_TRUE(cache->complete());
  EXPECT_TRUE(cache->version().has_value());
  EXPECT_EQ(cache->top(period::daily, 0, 10).value().total_users, 0U);
  ASSERT_TRUE(cache->remove("ann", 5));
  EXPECT_EQ(calls(*metrics, "rank_cache", "top"), 1U);
  EXPECT_EQ(calls(*metrics, "rank_cache", "remove"), 1U);
}

TEST(MeasuredStores, CountFailuresByTheirCode) {
  const auto metrics = std::make_shared<store_metrics>();
  const session_source_factory away = [] {
    return result<std::unique_ptr<session_source>>{fail(errc::store_unavailable, "away")};
  };
  EXPECT_EQ(measured(away, metrics)().error().code, errc::store_unavailable);
  EXPECT_EQ(calls(*metrics, "session_source", "open", errc::store_unavailable), 1U);
  EXPECT_EQ(calls(*metrics, "session_source", "open"), 0U);
}

TEST(MeasuredStores, LeaveOutAFactoryThatIsNotThere) {
  const auto metrics = std::make_shared<store_metrics>();
  EXPECT_FALSE(measured(session_source_factory{}, metrics));
  EXPECT_TRUE(metrics->meters.empty());
}

TEST(RedisBreaker, TellsThatItIsOpenWhileTheServerIsAway) {
  redis_server redis;
  redis_cache_options options;
  options.connection.port = redis.port();
  options.connection.breaker = std::make_shared<breaker_state>();
  const auto cache = make_redis_cache(options).cache;
  ASSERT_TRUE(cache->verify());
  EXPECT_EQ(options.connection.breaker->open(), 0);
  redis.kill();
  EXPECT_FALSE(cache->verify());
  EXPECT_EQ(options.connection.breaker->open(), 1);
  redis.start();
  EXPECT_TRUE(eventually([&] { return cache->verify().has_value(); }, std::chrono::seconds{10}));
  EXPECT_EQ(options.connection.breaker->open(), 0);
  EXPECT_EQ(options.connection.breaker->trips(), 1U);
}

} // namespace
} // namespace standings::test
