#include "tests/support/cache_store_suite.hpp"

#include <algorithm>

namespace standings {
namespace {

using test::ids_of;
using test::scores_of;
using ids = std::vector<std::string>;

class RankCachePeriods : public test::complete_rank_cache_suite {};
STANDINGS_OVER_RANK_CACHES(RankCachePeriods);

TEST_P(RankCachePeriods, ZeroOneBoardInEveryRead) {
  apply({user("anna", 5, 1)});
  start(period::weekly, written_at(2));
  const scores expected{5, 0, 5, 5};
  EXPECT_EQ(get("anna").score, expected);
  for (auto p : all_periods) {
    EXPECT_EQ(board(p).entries.at(0).user.score, expected);
    EXPECT_EQ(board(p).entries.at(0).score, expected[index_of(p)]);
    EXPECT_EQ(rank("anna", p).score, expected[index_of(p)]);
    EXPECT_EQ(cache->around("anna", p, 1).value()->self.score, expected[index_of(p)]);
  }
  EXPECT_EQ(get("anna").version, 1);
  EXPECT_EQ(get("anna").updated_at, written_at(1));
}

TEST_P(RankCachePeriods, KeepEveryUserOnTheBoardWithZero) {
  apply({user("a", 30, 1), user("b", 20, 2), user("c", 10, 3)});
  start(period::daily, written_at(10));
  EXPECT_EQ(ids_of(board(period::daily).entries), (ids{"c", "b", "a"})); // ties by id
  EXPECT_EQ(board(period::daily).total_users, 3U);
  EXPECT_EQ(rank("a", period::daily).rank, 3U);
  EXPECT_EQ(ids_of(board(period::monthly).entries), (ids{"a", "b", "c"}));
}

TEST_P(RankCachePeriods, KeepTheScoresOfWritesSinceTheStart) {
  apply({user("old", 30, 1), user("first", 20, 5), user("fresh", 10, 6)});
  start(period::daily, written_at(5)); // a write exactly at the start counts
  EXPECT_EQ(ids_of(board(period::daily).entries), (ids{"first", "fresh", "old"}));
  EXPECT_EQ(scores_of(board(period::daily).entries), (std::vector<std::int64_t>{20, 10, 0}));
}

TEST_P(RankCachePeriods, CountNothingOfARecordWrittenBeforeButArrivingAfter) {
  start(period::daily, written_at(10));
  apply({user("late", 50, 9)});
  load({user("later", 40, 8)});
  apply({user("fresh", 1, 11)});
  EXPECT_EQ(get("late").score, (scores{0, 50, 50, 50}));
  EXPECT_EQ(ids_of(board(period::daily).entries), (ids{"fresh", "later", "late"}));
  EXPECT_EQ(rank("late", period::daily).score, 0);
}

TEST_P(RankCachePeriods, LetTheNextWriteCountAgain) {
  apply({user("anna", 5, 1), user("ben", 3, 2)});
  start(period::daily, written_at(10));
  apply({{"anna", {2, 7, 7, 7}, written_at(11), 11}});
  EXPECT_EQ(get("anna").score, (scores{2, 7, 7, 7}));
  EXPECT_EQ(ids_of(board(period::daily).entries), (ids{"anna", "ben"}));
}

TEST_P(RankCachePeriods, StartSeveralAtOnceAndOneAfterTheOther) {
  apply({user("anna", 5, 1), user("ben", 3, 20)});
  starts = {written_at(10), written_at(10), {}, {}};
  ASSERT_TRUE(cache->start_periods(starts));
  EXPECT_EQ(get("anna").score, (scores{0, 0, 5, 5}));
  start(period::yearly, written_at(30));
  EXPECT_EQ(get("anna").score, (scores{0, 0, 5, 0}));
  EXPECT_EQ(get("ben").score, (scores{3, 3, 3, 0}));
  start(period::daily, written_at(30));
  EXPECT_EQ(get("ben").score, (scores{0, 3, 3, 0}));
}

TEST_P(RankCachePeriods, MayBeToldTwice) {
  apply({user("anna", 5, 1)});
  start(period::daily, written_at(10));
  apply({user("ben", 7, 11)});
  start(period::daily, written_at(10));
  EXPECT_EQ(scores_of(board(period::daily).entries), (std::vector<std::int64_t>{7, 0}));
}

TEST_P(RankCachePeriods, HoldThroughARebuildAndAClear) {
  start(period::daily, written_at(10));
  rebuild({user("anna", 5, 1)});
  EXPECT_EQ(get("anna").score, (scores{0, 5, 5, 5}));
  ASSERT_TRUE(cache->clear());
  apply({user("anna", 5, 1)});
  EXPECT_EQ(get("anna").score, (scores{0, 5, 5, 5}));
}

/// More users than a cache processes at once; `is_old` decides which were written before the start.
class RankCacheManyUsers : public test::complete_rank_cache_suite {
protected:
  template <class IsOld>
  void expect_right_board(IsOld is_old) {
    constexpr int n = 3'000;
    std::vector<user_record> users;
    std::vector<std::pair<std::int64_t, std::string>> expected;
    for (int i = 0; i < n; ++i) {
      const std::int64_t score = i / 3; // ties
      const bool old = is_old(i);
      auto id = "user" + std::to_string(i * 7 % n);
      expected.emplace_back(old ? 0 : score, id);
      users.push_back(user(std::move(id), score, old ? 1 + i : 10'000 + i));
    }
    apply(users);
    start(period::weekly, written_at(10'000));

    std::sort(expected.rbegin(), expected.rend());
    const auto page = board(period::weekly);
    ASSERT_EQ(page.entries.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(page.entries[i].score, expected[i].first) << i;
      ASSERT_EQ(page.entries[i].user.user_id, expected[i].second) << i;
      ASSERT_EQ(rank(expected[i].second, period::weekly).rank, i + 1);
    }
  }
};
STANDINGS_OVER_RANK_CACHES(RankCacheManyUsers);

TEST_P(RankCacheManyUsers, AreAllZeroedWhereAllAreOld) {
  expect_right_board([](int) { return true; });
}

TEST_P(RankCacheManyUsers, AllKeepTheirScoresWhereAllAreFresh) {
  expect_right_board([](int) { return false; });
}

TEST_P(RankCacheManyUsers, AreToldApartWhereOldAndFreshAlternate) {
  expect_right_board([](int i) { return i % 2 == 0; });
}

TEST_P(RankCacheManyUsers, AreToldApartWhereTheOldOnesStandAboveTheFreshOnes) {
  expect_right_board([](int i) { return i > 1'000; });
}

TEST_P(RankCacheManyUsers, AreToldApartWhereTheOldOnesStandBelowTheFreshOnes) {
  expect_right_board([](int i) { return i < 1'000; });
}

} // namespace
} // namespace standings
