#include "tests/faults/keyed_load.hpp"
#include "tests/integration/api.hpp"
#include "tests/support/cutting_proxy.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

using std::chrono::seconds;

void expect_exact(keyed_load& load, const std::string& url, const redis_server& redis) {
  ASSERT_TRUE(load.await(200)) << "the service works again";
  const auto model = load.finish();
  expect_cache_equals_database(redis.port(), url);
  EXPECT_EQ(counts_in_database(url), model);
  for (const auto& [status, times] : load.failures())
    EXPECT_EQ(status, 503) << times << " times";
}

TEST(PostgresFault, KilledAndRestartedDuringLoadLosesNothing) {
  postgres_server database;
  redis_server redis;
  service_under_test service{production_settings(database.url(), redis.port())};
  keyed_load load{service};
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(load.await(300));
    database.kill();
    auto reader = service.client();
    EXPECT_EQ(reader.get("/api/redis-leaderboard/daily").status, 200) << "the cache serves";
    database.start();
  }
  expect_exact(load, database.url(), redis);
  EXPECT_TRUE(service.running().running()) << "it was never restarted";
}

TEST(PostgresFault, KilledTogetherWithRedisLosesNothing) {
  postgres_server database;
  redis_server redis;
  service_under_test service{production_settings(database.url(), redis.port())};
  keyed_load load{service};
  ASSERT_TRUE(load.await(300));
  redis.kill();
  database.kill();
  database.start();
  redis.start();
  expect_exact(load, database.url(), redis);
}

TEST(PostgresFault, HangingHasUpdatesRefusedInTimeAndLosesNothing) {
  const postgres_schema schema;
  const redis_server redis;
  cutting_proxy proxy{schema.url()};
  auto settings = production_settings(proxy.url(), redis.port());
  settings.emplace_back("http.request_timeout=1s");
  service_under_test service{settings};
  keyed_load load{service};
  ASSERT_TRUE(load.await(300));
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 5).status, 200);
  proxy.freeze(true);
  for (int i = 0; i < 4; ++i) {
    const auto started = std::chrono::steady_clock::now();
    EXPECT_EQ(client.update("ann", 1, "frozen").status, 503);
    EXPECT_LT(std::chrono::steady_clock::now() - started, seconds{3});
    EXPECT_EQ(client.get("/api/redis-leaderboard/user/ann").status, 200) << "the cache serves";
  }
  proxy.freeze(false);
  EXPECT_TRUE(
      eventually([&] { return client.update("ann", 1, "frozen").status == 200; }, seconds{20}));
  ASSERT_TRUE(load.await(200)) << "the service works again";
  auto model = load.finish();
  model["ann"] = 6;
  expect_cache_equals_database(redis.port(), schema.url());
  EXPECT_EQ(counts_in_database(schema.url()), model);
}

TEST(PostgresFault, APoisonedRowFailsAlone) {
  const postgres_schema schema;
  const redis_server redis;
  service_under_test service{production_settings(schema.url(), redis.port())};
  sql(schema.url(), "ALTER TABLE pomo_leaderboard ADD CONSTRAINT refused"
                    " CHECK (user_id <> 'poison') NOT VALID");
  keyed_load load{service};
  auto client = service.client();
  for (int i = 0; i < 50; ++i) {
    const auto answer = client.update("poison");
    EXPECT_EQ(answer.status, 422) << answer.body;
    EXPECT_EQ(answer.problem_code(), "rejected_row");
  }
  const auto batch = client.post(
      "/api/redis-leaderboard/update/batch",
      R"({"updates":[{"user_id":"ann","count":1},{"user_id":"poison"},{"user_id":"bob","count":2}]})");
  ASSERT_EQ(batch.status, 200);
  EXPECT_EQ(batch.json().at("applied"), 2);
  EXPECT_EQ(batch.json().at("failed"), 1);
  ASSERT_TRUE(load.await(200));
  EXPECT_TRUE(load.failures().empty()) << "nobody else's update failed";
  auto model = load.finish();
  model["ann"] = 1;
  model["bob"] = 2;
  expect_cache_equals_database(redis.port(), schema.url());
  EXPECT_EQ(counts_in_database(schema.url()), model);
}

// -- the connection is cut during COMMIT ----------------------------------------

class CutCommit : public testing::TestWithParam<cutting_proxy::cut> {
protected:
  postgres_schema schema;
  redis_server redis;
  cutting_proxy proxy{schema.url()};
  service_under_test service{production_settings(proxy.url(), redis.port())};
};

TEST_P(CutCommit, CountsEachKeyedUpdateOnce) {
  keyed_load load{service};
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(load.await(50));
    proxy.cut_next(GetParam(), "increment_keyed");
    ASSERT_TRUE(eventually([&] { return proxy.cuts() > i; }, seconds{20}));
  }
  expect_exact(load, schema.url(), redis);
  EXPECT_TRUE(load.replayed() > 0 || GetParam() != cutting_proxy::cut::answered)
      << "an update was cut";
}

TEST_P(CutCommit, ReachesTheCacheWithoutAnotherUpdate) {
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 5, "key-1").status, 200);
  proxy.cut_next(GetParam(), "increment_keyed");
  EXPECT_TRUE(
      eventually([&] { return client.update("ann", 2, "key-2").status == 200; }, seconds{20}));
  EXPECT_EQ(proxy.cuts(), 1);
  EXPECT_EQ(counts_in_database(schema.url()), (counts{{"ann", 7}}));
  expect_cache_equals_database(redis.port(), schema.url());
}

TEST_P(CutCommit, OfAnUpdateWithoutAKeySaysThatTheOutcomeIsUnknown) {
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 5).status, 200);
  proxy.cut_next(GetParam(), "increment");
  const auto answer = client.update("ann", 2);
  EXPECT_EQ(answer.status, 503) << answer.body;
  EXPECT_EQ(answer.problem_code(), "outcome_unknown");
  const auto score = [&] {
    return counts_in_database(schema.url()).at("ann");
  };
  if (GetParam() == cutting_proxy::cut::before)
    EXPECT_EQ(score(), 5);
  else
    EXPECT_TRUE(eventually([&] { return score() == 7; }, seconds{5}));
  expect_cache_equals_database(redis.port(), schema.url());
}

TEST_P(CutCommit, OfADeletionReachesTheCache) {
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 5).status, 200);
  ASSERT_EQ(client.update("bob", 5).status, 200);
  proxy.cut_next(GetParam(), "remove");
  EXPECT_EQ(client.del("/api/redis-leaderboard/admin/user/ann").status, 503);
  EXPECT_EQ(proxy.cuts(), 1);
  const auto users = [&] {
    return counts_in_database(schema.url()).size();
  };
  const auto left = GetParam() == cutting_proxy::cut::before ? 2U : 1U;
  EXPECT_TRUE(eventually([&] { return users() == left; }, seconds{5}));
  expect_cache_equals_database(redis.port(), schema.url());
}

TEST_P(CutCommit, OfAResetReachesTheCache) {
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 5).status, 200);
  proxy.cut_next(GetParam(), "reset");
  EXPECT_EQ(client.post("/api/redis-leaderboard/admin/reset/daily").status, 503);
  EXPECT_EQ(proxy.cuts(), 1);
  const std::vector<standing> expected{{"ann", GetParam() == cutting_proxy::cut::before ? 5 : 0}};
  for (const auto& root : {api_root, database_root})
    EXPECT_TRUE(eventually(
        [&] {
          const auto board = client.get(root + "/daily");
          return board.status == 200 && whole_board(client, root + "/daily") == expected;
        },
        seconds{10}))
        << root;
  EXPECT_EQ(number(client.get(user_path("ann")).json(), "yearly_pomo"), 5);
}

TEST_P(CutCommit, NeverLosesAnUpdateWithoutAKeyThatWasAcknowledged) {
  std::atomic<bool> stopping = false;
  std::atomic<std::int64_t> acknowledged = 0;
  std::atomic<std::int64_t> unknown = 0;
  std::atomic<int> other = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([&] {
      auto client = service.client();
      while (!stopping) {
        const auto answer = client.update("ann");
        if (answer.status == 200)
          ++acknowledged;
        else if (answer.problem_code() == "outcome_unknown")
          ++unknown;
        else if (answer.problem_code() != "store_unavailable")
          ++other;
      }
    });
  for (int i = 0; i < 4; ++i) {
    const auto goal = acknowledged + 50;
    EXPECT_TRUE(eventually([&] { return acknowledged >= goal; }, seconds{20}));
    proxy.cut_next(GetParam(), "increment");
    EXPECT_TRUE(eventually([&] { return proxy.cuts() > i; }, seconds{20}));
  }
  stopping = true;
  for (auto& client : clients)
    client.join();
  expect_cache_equals_database(redis.port(), schema.url());
  const auto score = counts_in_database(schema.url()).at("ann");
  EXPECT_GE(score, acknowledged);
  EXPECT_LE(score, acknowledged + unknown);
  EXPECT_GT(unknown, 0);
  EXPECT_EQ(other, 0);
}

std::string name_of(const testing::TestParamInfo<cutting_proxy::cut>& how) {
  constexpr std::array names{"Unsent", "Sent", "Answered"};
  return names[static_cast<std::size_t>(how.param)];
}

INSTANTIATE_TEST_SUITE_P(Of, CutCommit,
                         testing::Values(cutting_proxy::cut::before, cutting_proxy::cut::after,
                                         cutting_proxy::cut::answered),
                         name_of);

} // namespace
} // namespace standings::test
