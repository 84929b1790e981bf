#include "sync/reconcile/first_contact.hpp"
#include "tests/support/raw_redis.hpp"
#include "tests/support/redis_cache_harness.hpp"
#include "tests/support/score_store_suite.hpp"

namespace standings {
namespace {

using test::score_store_suite;

/// A cache in Redis that another application has filled; the in-process cache has no other writers.
class FirstContact : public score_store_suite {
protected:
  /// Writes a user as ZINCRBY does: boards alone.
  void on_boards(const std::string& id, std::int64_t score) {
    for (const auto* board : {"daily", "weekly", "monthly", "yearly"})
      redis.command({"ZADD", std::string{"leaderboard:"} + board, std::to_string(score), id});
  }

  void details(const std::string& id, std::int64_t score) {
    on_boards(id, score);
    const auto s = std::to_string(score);
    redis.command({"SET", "user:details:" + id,
                   R"({"user_id":")" + id + R"(","daily_pomo":)" + s + R"(,"weekly_pomo":)" + s
                       + R"(,"monthly_pomo":)" + s + R"(,"yearly_pomo":)" + s
                       + R"(,"updated_at":"2026-03-01T00:00:00"})"});
  }

  std::optional<run_counts> meet() {
    return take_over_foreign_cache(*rows, *cached.audit(), *cache, guard).value();
  }

  std::int64_t in_cache(const std::string& id) {
    return cache->find(id).value().value().user.score[0];
  }

  test::redis_cache_harness cached;
  rank_cache_ptr cache = cached.open();
  test::raw_redis redis{cached.server().port()};
  std::unique_ptr<reconcile_store> rows = harness->open_rows();
  version_guard guard{
      [this] { return result<std::unique_ptr<history_store>>{harness->open_history()}; }, cache};
};

TEST_P(FirstContact, TheHigherOfBothSidesCounts) {
  add("cache ahead", 10);
  add("database ahead", 10);
  on_boards("cache ahead", 14);
  on_boards("database ahead", 4);
  ASSERT_TRUE(meet());
  EXPECT_EQ(get("cache ahead").score[0], 14);
  EXPECT_EQ(in_cache("cache ahead"), 14);
  EXPECT_EQ(get("database ahead").score[0], 10);
  EXPECT_EQ(in_cache("database ahead"), 10);
}

TEST_P(FirstContact, DetailsWithoutAVersionAreTreatedLikeBoards) {
  add("anna", 10);
  details("anna", 14);
  ASSERT_TRUE(meet());
  EXPECT_EQ(get("anna").score[0], 14);
}

TEST_P(FirstContact, UsersOfTheCacheAloneBecomeRows) {
  on_boards("newcomer", 7);
  ASSERT_TRUE(meet());
  EXPECT_EQ(get("newcomer").score, (scores{7, 7, 7, 7}));
}

TEST_P(FirstContact, HappensOnce) {
  on_boards("anna", 7);
  ASSERT_TRUE(meet());
  redis.command({"FLUSHALL"});
  add("anna", 1);
  on_boards("anna", 100);
  EXPECT_FALSE(meet());
  EXPECT_EQ(get("anna").score[0], 8);
}

TEST_P(FirstContact, ACacheThatHoldsAnythingOfOursIsNoStranger) {
  const std::array ours{add("anna", 1).user};
  cache->apply(ours).value();
  on_boards("anna", 100);
  EXPECT_FALSE(meet());
  EXPECT_EQ(get("anna").score[0], 1);
}

TEST_P(FirstContact, AnEmptyCacheIsNothingToTakeOver) {
  add("anna", 1);
  EXPECT_FALSE(meet());
}

TEST_P(FirstContact, ACacheThatIsFilledAfterAnEmptyOneWasMetIsTakenOver) {
  add("anna", 1);
  EXPECT_FALSE(meet()); // as if the service is first tried with a cache of its own
  on_boards("anna", 100);
  EXPECT_TRUE(meet());
  EXPECT_EQ(get("anna").score[0], 100);
}

STANDINGS_OVER_SCORE_STORES(FirstContact);

} // namespace
} // namespace standings
