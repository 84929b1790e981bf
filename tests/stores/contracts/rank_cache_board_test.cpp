#include "tests/support/cache_store_suite.hpp"
#include "tests/support/store_ids.hpp"

#include <limits>
#include <utility>

namespace standings {
namespace {

using test::ids_of;
using test::ranks_of;
using test::scores_of;
using ids = std::vector<std::string>;

class RankCacheBoard : public test::complete_rank_cache_suite {};
STANDINGS_OVER_RANK_CACHES(RankCacheBoard);

TEST_P(RankCacheBoard, AnEmptyCacheKnowsNobody) {
  EXPECT_FALSE(knows("anna"));
  EXPECT_FALSE(cache->rank("anna", period::daily).value());
  EXPECT_FALSE(cache->around("anna", period::daily, 5).value());
  EXPECT_EQ(board(period::daily).total_users, 0U);
  EXPECT_TRUE(board(period::daily).entries.empty());
}

TEST_P(RankCacheBoard, GivesAUserBackAsWritten) {
  const user_record anna{"anna", {1, 2, 3, score_limit - 1}, written_at(7), 42};
  apply({anna});
  EXPECT_EQ(get("anna"), anna);
  for (auto p : all_periods) {
    const auto entry = board(p).entries.at(0);
    EXPECT_EQ(entry.user, anna);
    EXPECT_EQ(entry.score, anna.score[index_of(p)]);
    EXPECT_EQ(entry.rank, 1U);
  }
}

TEST_P(RankCacheBoard, TellsTheRanksOfSeveralUsersInTheirOrder) {
  apply({user("anna", 3, 1), user("ben", 5, 2), user("carl", 3, 3)});
  const std::vector<std::string> whom{"anna", "nobody", "ben", "carl"};
  const auto found = cache->ranks(whom, period::weekly).value();
  EXPECT_EQ(found.total_users, 3U);
  ASSERT_EQ(found.users.size(), 4U);
  EXPECT_EQ(found.users[0]->rank, 3U) << "of equal scores the later id comes first";
  EXPECT_FALSE(found.users[1]);
  EXPECT_EQ(found.users[2]->rank, 1U);
  EXPECT_EQ(found.users[2]->score, 5);
  EXPECT_EQ(found.users[3]->rank, 2U);
  EXPECT_EQ(found.users[3]->total_users, 3U);
}

TEST_P(RankCacheBoard, TellsItsSizeWithTheRanksOfNobody) {
  apply({user("anna", 3, 1)});
  const std::vector<std::string> whom{"nobody"};
  const auto found = cache->ranks(whom, period::daily).value();
  EXPECT_EQ(found.total_users, 1U);
  EXPECT_FALSE(found.users.at(0));
  EXPECT_TRUE(cache->ranks({}, period::daily).value().users.empty());
}

TEST_P(RankCacheBoard, TellsWhenAUserWasCached) {
  harness->set_time(test::at("2026-03-10T12:00:00Z"));
  apply({user("anna", 1, 1), user("ben", 1, 1)});
  harness->set_time(test::at("2026-03-10T12:30:00Z"));
  apply({user("anna", 2, 2)});
  EXPECT_EQ(cache->find("anna").value()->cached_at, test::at("2026-03-10T12:30:00Z"));
  EXPECT_EQ(cache->find("ben").value()->cached_at, test::at("2026-03-10T12:00:00Z"));
}

TEST_P(RankCacheBoard, TellsThatThisProcessMayHaveChangedIt) {
  auto before = cache->changes();
  const auto differs = [&] {
    return std::exchange(before, cache->changes()) != before;
  };
  EXPECT_FALSE(differs());
  apply({user("anna", 1, 1)});
  EXPECT_TRUE(differs());
  board(period::daily);
  get("anna");
  EXPECT_FALSE(differs()) << "a read changes nothing";
  load({user("ben", 1, 2)});
  EXPECT_TRUE(differs());
  remove("anna", 3);
  EXPECT_TRUE(differs());
  start(period::daily, test::at("2026-03-10T11:00:00Z"));
  EXPECT_TRUE(differs());
  rebuild({});
  EXPECT_TRUE(differs());
  cache->invalidate().value();
  EXPECT_TRUE(differs());
  cache->clear().value();
  EXPECT_TRUE(differs());
}

TEST_P(RankCacheBoard, RanksTheHigherScoreFirstOnEachBoard) {
  apply({{"anna", {1, 20, 3, 0}, written_at(1), 1},
         {"ben", {3, 10, 2, 0}, written_at(2), 2},
         {"carl", {2, 30, 1, 0}, written_at(3), 3}});
  EXPECT_EQ(ids_of(board(period::daily).entries), (ids{"ben", "carl", "anna"}));
  EXPECT_EQ(ids_of(board(period::weekly).entries), (ids{"carl", "anna", "ben"}));
  EXPECT_EQ(ids_of(board(period::monthly).entries), (ids{"anna", "ben", "carl"}));
  EXPECT_EQ(ids_of(board(period::yearly).entries), (ids{"carl", "ben", "anna"}));
  EXPECT_EQ(scores_of(board(period::weekly).entries), (std::vector<std::int64_t>{30, 20, 10}));
}

TEST_P(RankCacheBoard, OrdersEqualScoresByIdDescendingInByteOrder) {
  const auto all = test::ids_in_many_scripts();
  std::vector<user_record> users;
  for (const auto& id : all)
    users.push_back(user(id, 7, static_cast<std::int64_t>(users.size()) + 1));
  apply(users);
  const auto expected = test::in_order_of_ties(all);
  for (auto p : all_periods) {
    EXPECT_EQ(ids_of(board(p).entries), expected) << to_string(p);
    for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_EQ(rank(expected[i], p).rank, i + 1) << expected[i];
  }
}

TEST_P(RankCacheBoard, GivesAnyWindowWithRanksAndTheTotal) {
  for (int i = 1; i <= 9; ++i)
    apply({user("user" + std::to_string(i), i, i)});
  const auto page = cache->top(period::monthly, 3, 2).value();
  EXPECT_EQ(page.total_users, 9U);
  EXPECT_EQ(ids_of(page.entries), (ids{"user6", "user5"}));
  EXPECT_EQ(ranks_of(page.entries), (std::vector<std::uint64_t>{4, 5}));
  EXPECT_EQ(ids_of(cache->top(period::monthly, 8, 5).value().entries), (ids{"user1"}));
}

TEST_P(RankCacheBoard, GivesNoEntriesPastTheEndOrForLimitZero) {
  apply({user("anna", 1, 1)});
  constexpr auto far = std::numeric_limits<std::size_t>::max();
  for (const auto& [offset, limit] :
       {std::pair<std::size_t, std::size_t>{1, 10}, {far, 10}, {0, 0}}) {
    const auto page = cache->top(period::daily, offset, limit).value();
    EXPECT_EQ(page.total_users, 1U);
    EXPECT_TRUE(page.entries.empty()) << offset;
  }
  EXPECT_EQ(cache->top(period::daily, 0, far).value().entries.size(), 1U);
}

TEST_P(RankCacheBoard, TellsRankScoreAndTotalOfAUser) {
  apply({{"anna", {10, 1, 5, 5}, written_at(1), 1}, {"ben", {20, 2, 5, 5}, written_at(2), 2}});
  const auto daily = rank("anna", period::daily);
  EXPECT_EQ(daily.rank, 2U);
  EXPECT_EQ(daily.score, 10);
  EXPECT_EQ(daily.total_users, 2U);
  EXPECT_EQ(rank("ben", period::weekly).rank, 1U);
  EXPECT_EQ(rank("ben", period::weekly).score, 2);
  EXPECT_EQ(rank("anna", period::monthly).rank, 2U); // a tie
}

TEST_P(RankCacheBoard, GivesTheNearestNeighboursOnEachSide) {
  for (int i = 1; i <= 9; ++i)
    apply({user("user" + std::to_string(i), i, i)});
  const auto around = cache->around("user5", period::weekly, 2).value().value();
  EXPECT_EQ(around.total_users, 9U);
  EXPECT_EQ(around.self.user, get("user5"));
  EXPECT_EQ(around.self.rank, 5U);
  EXPECT_EQ(around.self.score, 5);
  EXPECT_EQ(ids_of(around.above), (ids{"user7", "user6"}));
  EXPECT_EQ(ranks_of(around.above), (std::vector<std::uint64_t>{3, 4}));
  EXPECT_EQ(ids_of(around.below), (ids{"user4", "user3"}));
  EXPECT_EQ(ranks_of(around.below), (std::vector<std::uint64_t>{6, 7}));
}

TEST_P(RankCacheBoard, GivesFewerNeighboursAtTheEnds) {
  for (int i = 1; i <= 3; ++i)
    apply({user("user" + std::to_string(i), i, i)});
  const auto first = cache->around("user3", period::daily, 5).value().value();
  EXPECT_TRUE(first.above.empty());
  EXPECT_EQ(ids_of(first.below), (ids{"user2", "user1"}));
  const auto last = cache->around("user1", period::daily, 1).value().value();
  EXPECT_EQ(ids_of(last.above), (ids{"user2"}));
  EXPECT_TRUE(last.below.empty());
  const auto alone = cache->around("user2", period::daily, 0).value().value();
  EXPECT_TRUE(alone.above.empty() && alone.below.empty());
}

TEST_P(RankCacheBoard, MovesAUserWhoseScoresChange) {
  apply({user("anna", 1, 1), user("ben", 2, 2), user("carl", 3, 3)});
  apply({{"anna", {9, 1, 9, 1}, written_at(4), 4}});
  EXPECT_EQ(ids_of(board(period::daily).entries), (ids{"anna", "carl", "ben"}));
  EXPECT_EQ(ids_of(board(period::weekly).entries), (ids{"carl", "ben", "anna"}));
  EXPECT_EQ(board(period::daily).total_users, 3U);
}

class RankCacheVersions : public test::complete_rank_cache_suite {};
STANDINGS_OVER_RANK_CACHES(RankCacheVersions);

TEST_P(RankCacheVersions, TheNewerStateWinsInAnyOrder) {
  apply({user("anna", 30, 3)});
  apply({user("anna", 10, 1)});
  EXPECT_EQ(get("anna").score[0], 30);
  apply({user("anna", 5, 4)}); // lower, but newer
  EXPECT_EQ(get("anna"), user("anna", 5, 4));
  EXPECT_EQ(board(period::yearly).entries.at(0).score, 5);
}

TEST_P(RankCacheVersions, TheNewerStateWinsWithinOneCall) {
  apply({user("anna", 1, 1), user("anna", 3, 3), user("anna", 2, 2)});
  EXPECT_EQ(get("anna"), user("anna", 3, 3));
}

TEST_P(RankCacheVersions, AStateOfTheSameVersionChangesNothing) {
  apply({user("anna", 10, 5)});
  apply({user("anna", 99, 5)});
  EXPECT_EQ(get("anna").score[0], 10);
}

TEST_P(RankCacheVersions, AnOldStateAmongNewOnesDisturbsNobody) {
  apply({user("anna", 10, 10), user("ben", 10, 11)});
  apply({user("ben", 20, 20), user("anna", 1, 1), user("carl", 5, 21)});
  EXPECT_EQ(ids_of(board(period::daily).entries), (ids{"ben", "anna", "carl"}));
}

TEST_P(RankCacheVersions, ARemovedUserIsOnNoBoard) {
  apply({user("anna", 1, 1), user("ben", 2, 2)});
  remove("anna", 3);
  EXPECT_FALSE(knows("anna"));
  for (auto p : all_periods) {
    EXPECT_FALSE(cache->rank("anna", p).value());
    EXPECT_FALSE(cache->around("anna", p, 3).value());
    EXPECT_EQ(ids_of(board(p).entries), (ids{"ben"}));
    EXPECT_EQ(board(p).total_users, 1U);
  }
}

TEST_P(RankCacheVersions, StatesUpToTheRemovalDoNotReturnLaterOnesDo) {
  apply({user("anna", 1, 1)});
  remove("anna", 5);
  apply({user("anna", 4, 4)});
  apply({user("anna", 5, 5)});
  EXPECT_FALSE(knows("anna"));
  apply({user("anna", 6, 6)});
  EXPECT_EQ(get("anna"), user("anna", 6, 6));
}

TEST_P(RankCacheVersions, ARemovalOlderThanTheStateIsTooLate) {
  apply({user("anna", 6, 6)});
  remove("anna", 5);
  EXPECT_EQ(get("anna"), user("anna", 6, 6));
}

TEST_P(RankCacheVersions, RemovalsCountInAnyOrder) {
  remove("anna", 10);
  remove("anna", 5); // arrives late
  apply({user("anna", 7, 7)});
  EXPECT_FALSE(knows("anna"));
  apply({user("anna", 11, 11)});
  EXPECT_TRUE(knows("anna"));
}

TEST_P(RankCacheVersions, ARemovalOfAnUnknownUserIsRemembered) {
  remove("anna", 5);
  apply({user("anna", 5, 5), user("ben", 5, 5)});
  EXPECT_FALSE(knows("anna"));
  EXPECT_TRUE(knows("ben"));
}

TEST_P(RankCacheVersions, ARemovalOutlivesARebuildAndAClear) {
  apply({user("anna", 1, 1)});
  remove("anna", 5);
  rebuild({user("anna", 1, 1), user("ben", 2, 2)}); // read before the removal
  EXPECT_FALSE(knows("anna"));
  ASSERT_TRUE(cache->clear());
  load({user("anna", 1, 1)});
  EXPECT_FALSE(knows("anna"));
}

} // namespace
} // namespace standings
