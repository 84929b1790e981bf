#include "tests/integration/api.hpp"
#include "tests/support/either_stores.hpp"
#include "tests/support/service_under_test.hpp"

#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <thread>

namespace standings::test {
namespace {

const std::string named_root = "/api/leaderboards";

/// Clients that update ten users of one leaderboard until they are stopped, and count what was
/// acknowledged and what failed.
class steady_load {
public:
  steady_load(service_under_test& service, std::string leaderboard, int clients)
      : service_(service), path_(named_root + "/" + std::move(leaderboard) + "/update") {
    for (int i = 0; i < clients; ++i)
      threads_.emplace_back([this, i] { work(i); });
  }
  steady_load(const steady_load&) = delete;
  steady_load& operator=(const steady_load&) = delete;
  ~steady_load() { finish(); }

  bool await(std::int64_t more) {
    const auto goal = acknowledged_ + more;
    return eventually([&] { return acknowledged_ >= goal; }, std::chrono::seconds{30});
  }

  void finish() {
    stopping_ = true;
    for (auto& thread : threads_)
      if (thread.joinable())
        thread.join();
  }

  [[nodiscard]] std::int64_t acknowledged() const { return acknowledged_; }
  /// What other answers than 200 there were.
  [[nodiscard]] std::set<std::string> failures() {
    const std::lock_guard lock{mutex_};
    return failures_;
  }

private:
  void work(int number) {
    auto client = service_.client();
    for (int n = 0; !stopping_; ++n) {
      const auto user = "player " + std::to_string((number + n) % 10);
      const auto answer = client.post(path_, R"({"user_id":")" + user + R"("})");
      if (answer.status == 200) {
        ++acknowledged_;
        continue;
      }
      const std::lock_guard lock{mutex_};
      failures_.insert(std::to_string(answer.status) + " " + answer.body);
    }
  }

  service_under_test& service_;
  const std::string path_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::int64_t> acknowledged_ = 0;
  std::mutex mutex_; ///< guards the next one
  std::set<std::string> failures_;
  std::vector<std::thread> threads_;
};

/// Two leaderboards, one of which something happens to.
class PoisonedLeaderboard : public EitherStores {
protected:
  PoisonedLeaderboard() {
    service.emplace(store_settings());
    client.emplace(service->client());
    for (const auto* id : {"sick", "well"})
      EXPECT_EQ(client->put(named_root + "/" + id, "{}").status, 201);
  }

  response update(const std::string& id, const std::string& user) {
    return client->post(named_root + "/" + id + "/update", R"({"user_id":")" + user + R"("})");
  }

  /// The sum of all scores of a board.
  std::int64_t total(const std::string& id) {
    std::int64_t out = 0;
    for (const auto& one : whole_board(*client, named_root + "/" + id + "/yearly"))
      out += one.score;
    return out;
  }

  void refuse_rows_of(const std::string& user) {
    if (schema_) {
      sql(schema_->url(),
          "ALTER TABLE leaderboard_scores ADD CONSTRAINT refused CHECK (user_id <> '" + user
              + "') NOT VALID");
      return;
    }
    SQLite::Database db{service->database(), SQLite::OPEN_READWRITE, 5'000};
    for (const std::string event : {"INSERT", "UPDATE"})
      db.exec("CREATE TRIGGER refused_" + event + " BEFORE " + event
              + " ON standings_leaderboard_scores WHEN NEW.user_id = '" + user
              + "' BEGIN SELECT RAISE(ABORT, 'refused'); END");
  }

  std::optional<service_under_test> service;
  std::optional<http_client> client;
};
INSTANTIATE_TEST_SUITE_P(On, PoisonedLeaderboard, testing::Values("embedded", "servers"),
                         [](const auto& with) { return std::string{with.param}; });

TEST_P(PoisonedLeaderboard, WhoseRowTheDatabaseRefusesFailsAlone) {
  ASSERT_EQ(update("sick", "ann").status, 200);
  refuse_rows_of("poison");
  steady_load others{*service, "well", 8};
  for (int i = 0; i < 50; ++i) {
    const auto answer = update("sick", "poison");
    EXPECT_EQ(answer.status, 422) << answer.body;
    EXPECT_EQ(answer.problem_code(), "rejected_row");
  }
  EXPECT_EQ(
      client->post(named_root + "/update", R"({"user_id":"poison","leaderboards":["well","sick"]})")
          .status,
      422)
      << "in all of them or in none";
  EXPECT_EQ(update("sick", "ann").status, 200);
  ASSERT_TRUE(others.await(200));
  others.finish();
  EXPECT_THAT(others.failures(), testing::IsEmpty());
  EXPECT_EQ(total("well"), others.acknowledged());
  EXPECT_EQ(whole_board(*client, named_root + "/sick/yearly"), (std::vector<standing>{{"ann", 2}}));
}

TEST_P(PoisonedLeaderboard, ThatIsFloodedCostsOthersNoUpdate) {
  steady_load flood{*service, "sick", 16};
  steady_load others{*service, "well", 1};
  ASSERT_TRUE(flood.await(1'000));
  ASSERT_TRUE(others.await(50));
  flood.finish();
  others.finish();
  EXPECT_THAT(others.failures(), testing::IsEmpty());
  EXPECT_EQ(total("well"), others.acknowledged());
  EXPECT_EQ(total("sick"), flood.acknowledged());
}

class PoisonedLeaderboardOnRedis : public PoisonedLeaderboard {};
INSTANTIATE_TEST_SUITE_P(On, PoisonedLeaderboardOnRedis, testing::Values("servers"),
                         [](const auto& with) { return std::string{with.param}; });

TEST_P(PoisonedLeaderboardOnRedis, WhoseKeysHoldAnotherTypeIsMadeGoodAndCostsOthersNothing) {
  ASSERT_EQ(update("sick", "ann").status, 200);
  ASSERT_EQ(total("sick"), 1);
  const raw_redis cli{redis_->port()};
  steady_load others{*service, "well", 8};
  ASSERT_TRUE(others.await(100));
  std::int64_t counted = 1;
  for (const auto* part : {"daily", "yearly", "meta"}) {
    const auto key = std::string{"leaderboard:{sick}:"} + part;
    cli.command({"DEL", key});
    cli.command({"SET", key, "somebody's"});
    EXPECT_EQ(update("sick", "ann").status, 200) << "it is in the database";
    ++counted;
    EXPECT_TRUE(eventually(
        [&] {
          return client->get(named_root + "/sick/yearly").status == 200 && total("sick") == counted;
        },
        std::chrono::seconds{20}))
        << part << ": " << client->get(named_root + "/sick/yearly").body;
  }
  ASSERT_TRUE(others.await(100));
  others.finish();
  EXPECT_THAT(others.failures(), testing::IsEmpty());
  EXPECT_EQ(total("well"), others.acknowledged());
}

TEST_P(PoisonedLeaderboardOnRedis, CountsWhileRedisIsAwayThoughItWasNotUsedBefore) {
  redis_->kill();
  for (const auto* user : {"ann", "bob"}) {
    const auto answer = update("sick", user);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_THAT(answer.body, testing::HasSubstr("\"warning\""));
  }
  redis_->start();
  EXPECT_TRUE(eventually(
      [&] { return client->get(named_root + "/sick/yearly").status == 200 && total("sick") == 2; },
      std::chrono::seconds{20}));
}

} // namespace
} // namespace standings::test
