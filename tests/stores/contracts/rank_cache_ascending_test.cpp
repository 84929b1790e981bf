#include "tests/support/cache_store_suite.hpp"
#include "tests/support/store_ids.hpp"

#include <random>

namespace standings {
namespace {

using test::ids_of;
using test::ranks_of;
using test::scores_of;
using ids = std::vector<std::string>;

/// Boards on which the lower score is better.
class AscendingCache : public test::complete_rank_cache_suite {
protected:
  static constexpr period daily = period::daily;
  const sys_time noon = test::at("2026-03-10T12:00:00Z");

  static user_record at_time(std::string id, std::int64_t score, sys_time when,
                             std::int64_t version) {
    return {std::move(id), {score, score, score, score}, when, version};
  }

  ids all(period p) { return ids_of(board(p).entries); }
};
INSTANTIATE_TEST_SUITE_P(Caches, AscendingCache, testing::ValuesIn(test::ascending_rank_caches()),
                         [](const auto& with) { return with.param.name; });

TEST_P(AscendingCache, HasTheLowestScoreFirstAndEqualOnesById) {
  apply({user("cat", 5, 1), user("ann", 3, 2), user("bob", 5, 3), user("Юрий", 4, 4),
         user("山田", 5, 5), user("zero", 0, 6), user("max", score_limit - 1, 7)});
  const auto page = board(daily);
  EXPECT_EQ(ids_of(page.entries), (ids{"zero", "ann", "Юрий", "bob", "cat", "山田", "max"}));
  EXPECT_EQ(scores_of(page.entries),
            (std::vector<std::int64_t>{0, 3, 4, 5, 5, 5, score_limit - 1}));
  EXPECT_EQ(ranks_of(page.entries), (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(page.total_users, 7U);
  EXPECT_EQ(rank("bob", daily).rank, 4U);
  EXPECT_EQ(rank("bob", daily).score, 5);
  EXPECT_EQ(get("max").score[0], score_limit - 1);
}

TEST_P(AscendingCache, GivesWindowsAndNeighbours) {
  for (int i = 0; i < 20; ++i)
    apply({user("user" + std::to_string(10 + i), i, i + 1)});
  const auto page = cache->top(daily, 5, 3).value();
  EXPECT_EQ(ids_of(page.entries), (ids{"user15", "user16", "user17"}));
  EXPECT_EQ(page.entries[0].rank, 6U);
  const auto hood = cache->around("user12", daily, 3).value().value();
  EXPECT_EQ(ids_of(hood.above), (ids{"user10", "user11"}));
  EXPECT_EQ(ids_of(hood.below), (ids{"user13", "user14", "user15"}));
  EXPECT_EQ(hood.self.rank, 3U);
  EXPECT_TRUE(cache->top(daily, 20, 5).value().entries.empty());
}

TEST_P(AscendingCache, MovesAUserWhoseScoreChanges) {
  apply({user("ann", 3, 1), user("bob", 5, 2)});
  apply({user("bob", 1, 3)});
  EXPECT_EQ(all(daily), (ids{"bob", "ann"}));
  remove("bob", 4);
  EXPECT_EQ(all(daily), ids{"ann"});
  EXPECT_EQ(board(daily).total_users, 1U);
}

TEST_P(AscendingCache, NobodyIsOnTheBoardOfANewPeriod) {
  apply({at_time("ann", 3, noon, 1), at_time("bob", 5, noon, 2)});
  start(daily, noon + std::chrono::hours{1});
  EXPECT_TRUE(board(daily).entries.empty());
  EXPECT_EQ(board(daily).total_users, 0U);
  EXPECT_FALSE(cache->rank("ann", daily).value());
  EXPECT_FALSE(cache->around("ann", daily, 5).value());
  EXPECT_EQ(get("ann").score, (scores{0, 3, 3, 3}));
  EXPECT_EQ(all(period::weekly), (ids{"ann", "bob"}));
  EXPECT_TRUE(cache->complete()) << "a board that nobody is on is no lost board";
  EXPECT_TRUE(cache->verify().value());
}

TEST_P(AscendingCache, WhoHasAValueInThePeriodIsOnItsBoard) {
  apply({at_time("ann", 3, noon, 1), at_time("bob", 5, noon, 2)});
  start(daily, noon + std::chrono::hours{1});
  apply({{"bob", {9, 5, 5, 5}, noon + std::chrono::hours{2}, 3}});
  EXPECT_EQ(all(daily), ids{"bob"});
  EXPECT_EQ(rank("bob", daily).total_users, 1U);
  apply({{"ann", {7, 3, 3, 3}, noon + std::chrono::hours{3}, 4}});
  EXPECT_EQ(all(daily), (ids{"ann", "bob"}));
}

TEST_P(AscendingCache, WhoWroteBeforeTheCacheKnewOfTheStartIsOnTheBoard) {
  apply({at_time("ann", 3, noon, 1), at_time("bob", 5, noon + std::chrono::hours{2}, 2)});
  start(daily, noon + std::chrono::hours{1});
  EXPECT_EQ(all(daily), ids{"bob"});
  EXPECT_EQ(rank("bob", daily).score, 5);
}

TEST_P(AscendingCache, WhoIsLoadedWithoutAValueIsNotOnTheBoard) {
  start(daily, noon);
  rebuild({at_time("old", 0, noon - std::chrono::hours{1}, 1), at_time("new", 4, noon, 2)});
  EXPECT_EQ(all(daily), ids{"new"});
  EXPECT_EQ(all(period::yearly), (ids{"old", "new"}));
  EXPECT_EQ(cache->state().value().members[index_of(daily)], 1U);
  EXPECT_EQ(cache->state().value().members[index_of(period::yearly)], 2U);
}

TEST_P(AscendingCache, ManyPeriodsLeaveNobodyBehind) {
  for (int day = 0; day <= 1'100; ++day) { // more than the rounds of a place
    const auto morning = noon + std::chrono::hours{24 * day};
    start(daily, morning);
    apply({at_time("ann", day % 7, morning + std::chrono::hours{1}, 2 * day + 1)});
    if (day % 100 != 99)
      continue;
    apply({at_time("bob", 3, morning + std::chrono::hours{1}, 2 * day + 2)});
    EXPECT_EQ(board(daily).total_users, 2U) << day;
  }
  EXPECT_EQ(all(daily), ids{"ann"});
}

TEST_P(AscendingCache, AgreesWithASortedList) {
  std::mt19937 random{7};
  std::map<std::string, std::int64_t> model;
  std::int64_t version = 0;
  for (int step = 0; step < 60; ++step) {
    std::vector<user_record> batch;
    for (int i = 0; i < 5; ++i) {
      const std::string id(1, static_cast<char>('a' + random() % 20));
      const auto score = static_cast<std::int64_t>(random() % 8);
      batch.push_back(user(id, score, ++version));
      model[id] = score;
    }
    apply(batch);
  }
  std::vector<std::pair<std::int64_t, std::string>> expected;
  for (const auto& [id, score] : model)
    expected.emplace_back(score, id);
  std::sort(expected.begin(), expected.end());
  const auto page = board(daily);
  ASSERT_EQ(page.entries.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(page.entries[i].user.user_id, expected[i].second);
    EXPECT_EQ(page.entries[i].score, expected[i].first);
    EXPECT_EQ(rank(expected[i].second, daily).rank, i + 1);
  }
}

} // namespace
} // namespace standings
