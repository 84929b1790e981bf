#include "tests/faults/keyed_load.hpp"
#include "tests/integration/api.hpp"
#include "tests/support/held_transaction.hpp"
#include "tests/support/servers.hpp"

#include <gtest/gtest.h>
#include <pqxx/pqxx>

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>

namespace standings::test {
namespace {

using std::chrono::seconds;

class DatabaseLock : public testing::Test {
protected:
  /// Expects the answer to an update that a lock prevents.
  void expect_told(http_client& client, const std::string& user) {
    const auto started = std::chrono::steady_clock::now();
    const auto answer = client.update(user);
    EXPECT_EQ(answer.status, 503) << answer.body;
    EXPECT_EQ(answer.problem_code(), "overloaded");
    EXPECT_NE(answer.body.find("nothing was"), std::string::npos) << answer.body;
    EXPECT_EQ(answer.header("Retry-After"), "1");
    EXPECT_LT(std::chrono::steady_clock::now() - started, seconds{5});
  }

  postgres_schema schema;
  redis_server redis;
  service_under_test service{production_settings(schema.url(), redis.port())};
  counts model;
};

TEST_F(DatabaseLock, OnARowCostsItsUserAlone) {
  auto client = service.client();
  for (int i = 0; i < 20; ++i)
    ASSERT_EQ(client.update("player" + std::to_string(i)).status, 200);
  {
    const held_transaction row{
        schema.url(), "SELECT 1 FROM pomo_leaderboard WHERE user_id = 'player0' FOR UPDATE"};
    std::atomic<bool> stopping = false;
    std::jthread locked{[&] {
      auto other = service.client();
      for (int i = 0; i < 2; ++i)
        expect_told(other, "player0");
      stopping = true;
    }};
    std::int64_t rounds = 0;
    for (; !stopping; ++rounds)
      for (int i = 1; i < 20; ++i)
        EXPECT_EQ(client.update("player" + std::to_string(i)).status, 200) << i;
    for (int i = 1; i < 20; ++i)
      model["player" + std::to_string(i)] = 1 + rounds;
  }
  EXPECT_EQ(client.update("player0", 4).status, 200);
  model["player0"] = 5;
  EXPECT_EQ(counts_in_database(schema.url()), model);
  expect_cache_equals_database(redis.port(), schema.url());
}

TEST_F(DatabaseLock, ThatEndsSoonIsNotNoticed) {
  auto client = service.client();
  ASSERT_EQ(client.update("ann").status, 200);
  std::optional<held_transaction> row;
  row.emplace(schema.url(), "SELECT 1 FROM pomo_leaderboard WHERE user_id = 'ann' FOR UPDATE");
  std::jthread locked{[&] {
    auto other = service.client();
    EXPECT_EQ(other.update("ann", 2).status, 200);
  }};
  EXPECT_TRUE(eventually(
      [&] {
        const auto status = client.get("/readyz");
        return status.body.find("\"updates_set_aside\":1") != std::string::npos;
      },
      seconds{5}));
  row.reset();
  locked.join();
  EXPECT_EQ(counts_in_database(schema.url()), (counts{{"ann", 3}}));
}

TEST_F(DatabaseLock, OnTheTableIsToldOfExactly) {
  auto client = service.client();
  ASSERT_EQ(client.update("ann").status, 200);
  {
    const held_transaction table{schema.url(),
                                 "LOCK TABLE pomo_leaderboard IN ACCESS EXCLUSIVE MODE"};
    expect_told(client, "ann");
    EXPECT_EQ(client.get("/api/redis-leaderboard/daily").status, 200) << "the cache serves";
  }
  EXPECT_EQ(client.update("ann").status, 200);
  EXPECT_EQ(counts_in_database(schema.url()), (counts{{"ann", 2}}));
}

TEST(IdleConnection, ThatIsCutCostsNobodyAnything) {
  const postgres_schema schema;
  const redis_server redis;
  service_under_test service{
      production_settings(schema.url() + "&application_name=idle_cut", redis.port())};
  auto client = service.client();
  std::int64_t count = 0;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(client.update("ann").status, 200);
    ++count;
    sql(schema.url(), "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                      " WHERE application_name = 'idle_cut'");
    EXPECT_EQ(client.get("/api/leaderboard/daily").status, 200);
    EXPECT_EQ(client.post("/api/redis-leaderboard/admin/reset/daily").status, 200);
  }
  EXPECT_EQ(counts_in_database(schema.url()), (counts{{"ann", count}}));
  expect_cache_equals_database(redis.port(), schema.url());
}

} // namespace
} // namespace standings::test
