#include "tests/integration/events.hpp"
#include "tests/support/both_stores.hpp"
#include "tests/support/cutting_proxy.hpp"

#include <gtest/gtest.h>

#include <barrier>

namespace standings::test {
namespace {

using names = std::set<std::string>;

/// The service as it runs in production: on PostgreSQL and Redis.
class Production : public testing::Test {
protected:
  /// Sends each event as one POST, over 16 connections.
  void replay(const events& all) {
    std::vector<http_client> clients;
    for (int i = 0; i < 16; ++i)
      clients.push_back(service.client());
    std::atomic<int> failed = 0;
    on_sixteen_threads(all.size(), [&](std::size_t i, int connection) {
      if (clients[static_cast<std::size_t>(connection)].update(all[i]).status != 200)
        ++failed;
    });
    EXPECT_EQ(failed, 0);
  }

  void expect_keys_and_rows(const std::vector<standing>& expected) {
    expect_in_both_stores(service, expected);
    expect_cache_equals_database(redis.port(), schema.url());
    counts model;
    for (const auto& s : expected)
      model[s.user_id] = s.score;
    EXPECT_EQ(counts_in_database(schema.url()), model);
    expect_only_documented_keys(model);
  }

  void expect_only_documented_keys(const counts& users) {
    const raw_redis cli{redis.port()};
    names documented{"leaderboard:meta"};
    for (const auto& [user, count] : users)
      documented.insert("user:details:" + user);
    for (const auto& name : board_names)
      documented.insert("leaderboard:" + name);
    const auto keys = cli.command({"KEYS", "*"});
    EXPECT_EQ((names{keys.begin(), keys.end()}), documented);
    for (const auto& name : board_names) {
      EXPECT_EQ(cli.word({"TYPE", "leaderboard:" + name}), "zset");
      EXPECT_EQ(cli.word({"ZCARD", "leaderboard:" + name}), std::to_string(users.size()));
      EXPECT_EQ(cli.word({"HGET", "leaderboard:meta", "expected:" + name}),
                std::to_string(users.size()));
      EXPECT_EQ(cli.word({"TTL", "leaderboard:" + name}), "-1") << "it never expires";
    }
    EXPECT_EQ(cli.word({"TYPE", "leaderboard:meta"}), "hash");
    EXPECT_EQ(cli.word({"TYPE", "user:details:" + users.begin()->first}), "string");
    EXPECT_NE(cli.word({"HGET", "leaderboard:meta", "watermark"}), "(nil)");
  }

  postgres_schema schema;
  redis_server redis;
  service_under_test service{production_settings(schema.url(), redis.port())};
};

TEST_F(Production, ReplayOfGeneratedEventsLeavesTheDocumentedKeysAndRows) {
  const auto all = generated_events();
  replay(all);
  expect_keys_and_rows(board_of(all));
}

TEST_F(Production, ReplayOfTheRealEventsLeavesTheDocumentedKeysAndRows) {
  const auto all = recorded_events();
  replay(all);
  const auto expected = board_of(all);
  ASSERT_EQ(expected.size(), all.size() == 28'547 ? 1'111U : 275U);
  expect_keys_and_rows(expected);
}

TEST_F(Production, IdsInManyScriptsStandInTheSameOrderEverywhere) {
  const std::vector<std::string> ids{
      "ann", "Ann", "Ångström",        "élan",     "zoë", "Юрий",      "山田", "🎲", "a b",
      "a:b", "a%b", "'; DROP TABLE x", "{braced}", "\\",  "\"quoted\""};
  events all;
  for (int i = 0; i < 3; ++i)
    all.insert(all.end(), ids.begin(), ids.end());
  replay(all);
  expect_keys_and_rows(board_of(all));
  const auto board = raw_redis{redis.port()}.command({"ZREVRANGE", "leaderboard:daily", "0", "-1"});
  std::vector<std::string> order;
  for (const auto& row : sql(schema.url(), "SELECT user_id FROM pomo_leaderboard"
                                           " ORDER BY daily_pomo DESC, user_id DESC"))
    order.emplace_back(row[0].c_str());
  EXPECT_EQ(board, order);
}

TEST_F(Production, SurvivesKillsOfTheServiceUnderLoad) {
  const auto all = generated_events(1'000);
  replay(all);
  service.kill();
  service.start();
  expect_keys_and_rows(board_of(all));
}

TEST_F(Production, ADeletedUserIsGoneFromBothAndKeptInTheArchive) {
  replay({"ann", "bob", "bob"});
  auto client = service.client();
  ASSERT_EQ(client.del(admin_root + "/user/bob").status, 200);
  expect_cache_equals_database(redis.port(), schema.url());
  EXPECT_EQ(counts_in_database(schema.url()), (counts{{"ann", 1}}));
  raw_redis{redis.port()}.command({"FLUSHALL"});
  expect_cache_equals_database(redis.port(), schema.url());
  const auto archived = sql(schema.url(), "SELECT user_id, yearly_pomo FROM"
                                          " pomo_leaderboard_deleted");
  ASSERT_EQ(archived.size(), 1);
  EXPECT_STREQ(archived[0][0].c_str(), "bob");
  EXPECT_EQ(archived[0][1].as<int>(), 2);
}

TEST_F(Production, AResetZeroesBothAndKeepsEveryUser) {
  replay({"ann", "bob", "bob"});
  auto client = service.client();
  ASSERT_EQ(client.post(admin_root + "/reset/daily").status, 200);
  const raw_redis cli{redis.port()};
  EXPECT_TRUE(eventually(
      [&] {
        return cli.command({"ZRANGE", "leaderboard:daily", "0", "-1", "WITHSCORES"})
               == std::vector<std::string>{"ann", "0", "bob", "0"};
      },
      std::chrono::seconds{10}));
  ASSERT_EQ(client.update("bob").status, 200);
  EXPECT_EQ(cli.word({"ZSCORE", "leaderboard:daily", "bob"}), "1");
  EXPECT_EQ(cli.word({"ZSCORE", "leaderboard:yearly", "bob"}), "3");
  EXPECT_EQ(counts_in_database(schema.url()), (counts{{"ann", 1}, {"bob", 3}}));
}

// -- a stampede ------------------------------------------------------------------

class Stampede : public testing::Test {
protected:
  static constexpr std::size_t clients = 1'000;
  static constexpr int missing = 10;

  /// A thousand simultaneous requests for users whose details are not cached; returns how many were
  /// answered 200.
  int ask_for(const std::function<std::string(const std::string& user)>& path) {
    std::atomic<int> answered = 0;
    std::barrier together{clients};
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < clients; ++i)
      threads.emplace_back([&, i] {
        auto client = service.client();
        const bool connected = client.get("/healthz").status == 200;
        together.arrive_and_wait();
        const auto user = "player " + std::to_string(i % missing);
        answered += connected && client.get(path(user)).status == 200;
      });
    for (auto& thread : threads)
      thread.join();
    return answered;
  }

  void lose_details() {
    const raw_redis cli{redis.port()};
    for (int i = 0; i < missing; ++i)
      EXPECT_EQ(cli.word({"DEL", "user:details:player " + std::to_string(i)}), "1");
  }

  void SetUp() override {
    auto client = service.client();
    for (int i = 0; i < 100; ++i)
      ASSERT_EQ(client.update("player " + std::to_string(i), i + 1).status, 200);
    expect_cache_equals_database(redis.port(), schema.url());
  }

  postgres_schema schema;
  redis_server redis;
  cutting_proxy proxy{schema.url()}; ///< counts the loads
  service_under_test service{without_reconcile()};

private:
  /// Reconcile also looks users up, which the proxy would count.
  [[nodiscard]] std::vector<std::string> without_reconcile() const {
    auto out = production_settings(proxy.url(), redis.port());
    out.emplace_back("reconcile.enabled=false");
    return out;
  }
};

TEST_F(Stampede, ForTenMissingUsersMakesTenLoads) {
  for (int round = 0; round < 3; ++round) {
    lose_details();
    proxy.count("find");
    EXPECT_EQ(ask_for(user_path), static_cast<int>(clients));
    EXPECT_LE(proxy.seen(), missing);
    EXPECT_GE(proxy.seen(), 1) << "the count counts";
    expect_cache_equals_database(redis.port(), schema.url());
  }
}

} // namespace
} // namespace standings::test
