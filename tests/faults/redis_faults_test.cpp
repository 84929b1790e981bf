#include "tests/faults/keyed_load.hpp"
#include "tests/support/servers.hpp"

#include <gtest/gtest.h>
#include <signal.h>

namespace standings::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The service on a private PostgreSQL schema and a private Redis.
class RedisFault : public testing::Test {
protected:
  [[nodiscard]] raw_redis cli() const { return raw_redis{redis.port()}; }
  void expect_agreement() { expect_cache_equals_database(redis.port(), schema.url()); }

  /// The end of every test: nothing is lost or counted twice, and the cache is correct.
  void expect_exact(keyed_load& load) {
    ASSERT_TRUE(load.await(200)) << service.log(); // the service works again
    const auto model = load.finish();
    expect_agreement();
    EXPECT_EQ(counts_in_database(schema.url()), model);
    EXPECT_TRUE(service.running().running()) << "it was never restarted";
    for (const auto& [status, times] : load.failures())
      EXPECT_EQ(status, 503) << times << " times";
  }

  postgres_schema schema;
  redis_server redis;
  service_under_test service{production_settings(schema.url(), redis.port())};
};

TEST_F(RedisFault, FlushallWhileIdleIsMadeGood) {
  keyed_load load{service};
  ASSERT_TRUE(load.await(500));
  const auto model = load.finish();
  expect_agreement();
  cli().command({"FLUSHALL"});
  expect_agreement();
  EXPECT_EQ(counts_in_database(schema.url()), model);
}

TEST_F(RedisFault, FlushallsDuringLoadAreMadeGood) {
  keyed_load load{service};
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(load.await(300));
    cli().command({"FLUSHALL"});
  }
  expect_exact(load);
}

TEST_F(RedisFault, LossOfOneBoardIsMadeGood) {
  keyed_load load{service};
  for (const auto& name : board_names) {
    ASSERT_TRUE(load.await(200));
    cli().command({"DEL", "leaderboard:" + name});
  }
  expect_exact(load);
  cli().command({"DEL", "leaderboard:weekly"});
  expect_agreement(); // while idle, too
}

TEST_F(RedisFault, RestartedEmptyDuringLoadIsFilled) {
  keyed_load load{service};
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(load.await(300));
    redis.kill();
    ASSERT_TRUE(load.await(100)) << "updates go on without Redis";
    redis.start();
  }
  EXPECT_GT(load.warned(), 0U);
  expect_exact(load);
}

TEST_F(RedisFault, RestartedEmptyWhileIdleIsFilled) {
  keyed_load load{service};
  ASSERT_TRUE(load.await(300));
  load.finish();
  redis.kill();
  redis.start();
  expect_agreement();
}

TEST_F(RedisFault, StoppedForTwoSecondsCatchesUp) {
  keyed_load load{service};
  ASSERT_TRUE(load.await(300));
  redis.signal(SIGSTOP);
  const auto until = std::chrono::steady_clock::now() + seconds{2};
  auto reader = service.client();
  while (std::chrono::steady_clock::now() < until)
    ASSERT_EQ(reader.get("/api/leaderboard/daily").status, 200);
  EXPECT_TRUE(load.await(20)) << "updates go on without Redis";
  redis.signal(SIGCONT);
  EXPECT_GT(load.warned(), 0U);
  expect_exact(load);
}

TEST_F(RedisFault, OutOfMemoryIsAWarningAndCatchesUp) {
  keyed_load load{service};
  ASSERT_TRUE(load.await(300));
  cli().command({"CONFIG", "SET", "maxmemory-policy", "noeviction"});
  ASSERT_EQ(cli().word({"CONFIG", "SET", "maxmemory", "1"}), "OK");
  const auto before = load.warned();
  EXPECT_TRUE(eventually([&] { return load.warned() > before + 50; }, seconds{20}));
  EXPECT_TRUE(load.failures().empty()) << "an update succeeds, with a warning";
  ASSERT_EQ(cli().word({"CONFIG", "SET", "maxmemory", "0"}), "OK");
  expect_exact(load);
}

TEST_F(RedisFault, ForgottenScriptsAreToldAgain) {
  keyed_load load{service};
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(load.await(50));
    cli().command({"SCRIPT", "FLUSH"});
  }
  EXPECT_EQ(load.warned(), 0U);
  expect_exact(load);
}

TEST_F(RedisFault, KeysOfAnotherTypeAreMadeGood) {
  keyed_load load{service};
  ASSERT_TRUE(load.await(300));
  cli().command({"DEL", "leaderboard:daily"});
  cli().command({"SET", "leaderboard:daily", "somebody's"});
  expect_exact(load);
}

/// A Redis that starts from the snapshot that SAVE wrote.
class OldSnapshot : public RedisFault {
protected:
  void start_from_an_old_snapshot(keyed_load& load, bool under_load) {
    ASSERT_TRUE(load.await(300));
    ASSERT_EQ(cli().word({"SAVE"}), "OK");
    const auto saved = cli().word({"HGET", "leaderboard:meta", "watermark"});
    ASSERT_TRUE(load.await(300));
    if (!under_load)
      load.finish();
    redis.kill();
    redis.start();
    EXPECT_NE(cli().word({"EXISTS", "leaderboard:yearly"}), "0") << "the snapshot was loaded";
    EXPECT_NE(saved, "(nil)");
  }
};

TEST_F(OldSnapshot, DuringLoadIsBroughtUpToDate) {
  keyed_load load{service};
  start_from_an_old_snapshot(load, true);
  expect_exact(load);
}

TEST_F(OldSnapshot, WhileIdleIsBroughtUpToDate) {
  keyed_load load{service};
  start_from_an_old_snapshot(load, false);
  expect_agreement();
}

// -- while it is away ----------------------------------------------------------

const std::vector<std::string> cache_paths{
    "/api/redis-leaderboard/daily", "/api/redis-leaderboard/user/ann",
    "/api/redis-leaderboard/user/ann/rank/daily", "/api/redis-leaderboard/user/ann/around/daily"};

/// How long each of 200 refused requests to cache routes took.
std::vector<milliseconds> times_of_refusals(http_client& client) {
  std::vector<milliseconds> took;
  for (int i = 0; i < 50; ++i)
    for (const auto& path : cache_paths) {
      const auto started = std::chrono::steady_clock::now();
      const auto answer = client.get(path);
      took.push_back(
          std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - started));
      EXPECT_EQ(answer.status, 503) << path << answer.body;
      EXPECT_FALSE(answer.header("Retry-After").empty()) << path;
    }
  std::sort(took.begin(), took.end());
  return took;
}

/// Expects everything that does not need Redis to work.
void expect_service_without_redis(http_client& client) {
  EXPECT_EQ(client.get("/healthz").status, 200);
  EXPECT_EQ(client.get("/api/leaderboard/daily").status, 200);
  EXPECT_EQ(client.get("/api/leaderboard/user/ann").status, 200);
  const auto update = client.update("ann", 2);
  ASSERT_EQ(update.status, 200);
  EXPECT_FALSE(update.json().at("warning").is_null());
}

TEST_F(RedisFault, DownHasCacheRoutesRefusedAtOnceAndAllElseServed) {
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 5).status, 200);
  redis.kill();
  const auto logged = service.log().size();
  const auto took = times_of_refusals(client);
  EXPECT_LT(took[took.size() / 2], milliseconds{50});
  EXPECT_LT(took.back(), milliseconds{200});
  expect_service_without_redis(client);
  EXPECT_LT(service.log().size() - logged, 10'000U) << "the log does not grow with the requests";
  redis.start();
  expect_agreement();
  EXPECT_TRUE(eventually([&] { return client.get(cache_paths[0]).status == 200; }, seconds{5}));
}

TEST_F(RedisFault, HangingHasCacheRoutesRefusedSoonAndAllElseServed) {
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 5).status, 200);
  redis.signal(SIGSTOP);
  EXPECT_EQ(client.get(cache_paths[0]).status, 503);
  const auto took = times_of_refusals(client);
  EXPECT_LT(took[took.size() / 2], milliseconds{50});
  EXPECT_LT(took.back(), seconds{4}) << "one that looks whether it is back";
  expect_service_without_redis(client);
  redis.signal(SIGCONT);
  expect_agreement();
  EXPECT_TRUE(eventually([&] { return client.get(cache_paths[0]).status == 200; }, seconds{5}));
}

TEST_F(RedisFault, AReadOnlyReplicaIsAWarningAndCatchesUpAfterItsPromotion) {
  keyed_load load{service};
  ASSERT_TRUE(load.await(300));
  const auto nobody = std::to_string(free_port());
  ASSERT_EQ(cli().word({"REPLICAOF", "127.0.0.1", nobody}), "OK");
  ASSERT_TRUE(load.await(100));
  EXPECT_GT(load.warned(), 0U);
  EXPECT_TRUE(load.failures().empty()) << "an update succeeds, with a warning";
  ASSERT_EQ(cli().word({"REPLICAOF", "NO", "ONE"}), "OK");
  expect_exact(load);
}

TEST_F(RedisFault, ALostUserIsBroughtBackByARead) {
  auto client = service.client();
  for (const auto* user : {"ann", "bob", "cy"})
    ASSERT_EQ(client.update(user, 5).status, 200);
  cli().command({"DEL", "user:details:ann"});
  EXPECT_EQ(client.get("/api/redis-leaderboard/user/ann").status, 200);
  expect_agreement();
  cli().command({"ZREM", "leaderboard:daily", "bob"});
  EXPECT_EQ(client.get("/api/redis-leaderboard/user/bob/rank/daily").status, 200);
  expect_agreement();
}

TEST_F(RedisFault, PendingUsersArriveAfterTheOutage) {
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 5).status, 200);
  expect_agreement();
  redis.signal(SIGSTOP); // it keeps its memory, and so an intact but stale cache
  EXPECT_FALSE(client.update("ann", 2).json().at("warning").is_null());
  EXPECT_FALSE(client.update("bob", 2).json().at("warning").is_null());
  redis.signal(SIGCONT);
  expect_agreement();
  EXPECT_EQ(counts_in_database(schema.url()), (counts{{"ann", 7}, {"bob", 2}}));
}

TEST_F(RedisFault, PendingUsersArriveAlsoAfterARestartOfTheService) {
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 5).status, 200);
  expect_agreement();
  redis.signal(SIGSTOP);
  EXPECT_FALSE(client.update("ann", 2).json().at("warning").is_null());
  EXPECT_FALSE(client.update("bob", 2).json().at("warning").is_null());
  service.kill();
  redis.signal(SIGCONT);
  service.start();
  expect_agreement();
  EXPECT_EQ(counts_in_database(schema.url()), (counts{{"ann", 7}, {"bob", 2}}));
}

TEST_F(RedisFault, AServiceStartedDuringTheOutageServesAndCatchesUpAfterIt) {
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 5).status, 200);
  expect_agreement();
  redis.signal(SIGSTOP);
  EXPECT_FALSE(client.update("ann", 2).json().at("warning").is_null());
  service.kill();
  service.start(service_under_test::until::listens);
  auto again = service.client();
  EXPECT_TRUE(eventually([&] { return again.update("bob", 2, "key").status == 200; }, seconds{10}));
  expect_service_without_redis(again);
  EXPECT_EQ(again.get("/readyz").status, 503);
  redis.signal(SIGCONT);
  expect_agreement();
  EXPECT_EQ(counts_in_database(schema.url()), (counts{{"ann", 9}, {"bob", 2}}));
  EXPECT_TRUE(eventually([&] { return again.get("/readyz").status == 200; }, seconds{5}));
}

// -- several instances -----------------------------------------------------------

TEST_F(RedisFault, TwoInstancesAgreeWithTheDatabaseUserByUser) {
  service_under_test other{production_settings(schema.url(), redis.port())};
  keyed_load here{service, "here"};
  keyed_load there{other, "there"};
  ASSERT_TRUE(here.await(1'000));
  ASSERT_TRUE(there.await(1'000));
  auto model = here.finish();
  for (const auto& [user, count] : there.finish())
    model[user] += count;
  expect_agreement();
  EXPECT_EQ(counts_in_database(schema.url()), model);
}

TEST_F(RedisFault, TwoInstancesMakeALostCacheGood) {
  service_under_test other{production_settings(schema.url(), redis.port())};
  keyed_load here{service, "here"};
  keyed_load there{other, "there"};
  ASSERT_TRUE(here.await(300));
  cli().command({"FLUSHALL"});
  ASSERT_TRUE(there.await(300));
  redis.kill();
  ASSERT_TRUE(here.await(100));
  redis.start();
  ASSERT_TRUE(here.await(300));
  ASSERT_TRUE(there.await(300));
  auto model = here.finish();
  for (const auto& [user, count] : there.finish())
    model[user] += count;
  expect_agreement();
  EXPECT_EQ(counts_in_database(schema.url()), model);
}

} // namespace
} // namespace standings::test
