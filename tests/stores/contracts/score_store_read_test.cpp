#include "tests/support/score_store_suite.hpp"
#include "tests/support/store_ids.hpp"

#include <algorithm>
#include <limits>

namespace standings {
namespace {

using test::ids_of;
using test::ranks_of;
using test::scores_of;
using ids = std::vector<std::string>;

class ScoreStoreRead : public test::score_store_suite {
protected:
  void put_all(const ids& users, const scores& score) {
    std::vector<user_record> records;
    for (const auto& id : users)
      records.push_back({id, score, now(), 0});
    put(records);
  }
};
STANDINGS_OVER_ALL_SCORE_STORES(ScoreStoreRead);

TEST_P(ScoreStoreRead, AnEmptyDatabaseHasNobody) {
  EXPECT_FALSE(knows("anna"));
  EXPECT_EQ(store->count().value(), 0U);
  EXPECT_TRUE(everyone().empty());
  const auto page = store->top(period::daily, 0, 10).value();
  EXPECT_EQ(page.total_users, 0U);
  EXPECT_TRUE(page.entries.empty());
}

TEST_P(ScoreStoreRead, PutCreatesUsersWithTheGivenScoresAndTime) {
  const auto written = now() - std::chrono::minutes{5};
  put({{"anna", {1, 2, 3, 4}, written, 0}, {"ben", {0, 0, 0, score_limit - 1}, written, 0}});
  EXPECT_EQ(get("anna").score, (scores{1, 2, 3, 4}));
  EXPECT_EQ(get("anna").updated_at, written);
  EXPECT_EQ(get("ben").score, (scores{0, 0, 0, score_limit - 1}));
  EXPECT_EQ(store->count().value(), 2U);
}

TEST_P(ScoreStoreRead, PutReplacesScoresWithANewVersionEvenByLowerOnes) {
  const auto before = add("anna", 50).user;
  put({{"anna", {1, 0, 60, 2}, before.updated_at - std::chrono::hours{1}, 0}});
  const auto after = get("anna");
  EXPECT_EQ(after.score, (scores{1, 0, 60, 2}));
  EXPECT_EQ(after.updated_at, before.updated_at - std::chrono::hours{1});
  EXPECT_GT(after.version, before.version);
}

TEST_P(ScoreStoreRead, PutGivesItsOwnVersionsToEachUser) {
  put({{"anna", {1, 1, 1, 1}, now(), 1'000'000}, {"ben", {1, 1, 1, 1}, now(), 0}});
  EXPECT_NE(get("anna").version, get("ben").version);
  EXPECT_GT(add("carl", 1).user.version, get("anna").version);
}

TEST_P(ScoreStoreRead, PutChangesNothingWhereTheDatabaseRefusesARow) {
  harness->poison("bad");
  const auto before = add("anna", 1).user;
  const std::vector<user_record> users{
      {"anna", {9, 9, 9, 9}, now(), 0}, {"bad", {}, now(), 0}, {"ben", {}, now(), 0}};
  const auto refused = store->put(users);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::rejected_row);
  EXPECT_EQ(everyone(), std::vector{before});
}

TEST_P(ScoreStoreRead, AUserOfTheFutureEndsNobodysPeriods) {
  harness->use_calendar(calendar{});
  store = harness->open();
  const auto anna = add("anna", 5).user;
  put({{"late", {9, 9, 9, 9}, now() + std::chrono::hours{24 * 800}, 0}});
  EXPECT_EQ(get("anna").score[index_of(period::yearly)], 5);
  EXPECT_LT(now() - anna.updated_at, std::chrono::hours{24});
  ASSERT_TRUE(store->reset(period::yearly)); // which also ends the period of its last write
  EXPECT_EQ(get("late").score[index_of(period::yearly)], 0);
}

TEST_P(ScoreStoreRead, FindsUsersByTheExactBytesOfTheirId) {
  const auto all = test::ids_in_many_scripts();
  std::vector<score_update> batch;
  for (std::size_t i = 0; i < all.size(); ++i)
    batch.push_back({all[i], static_cast<std::int64_t>(i) + 1, {}});
  apply(batch);
  EXPECT_EQ(store->count().value(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(get(all[i]).user_id, all[i]);
    EXPECT_EQ(get(all[i]).score[0], static_cast<std::int64_t>(i) + 1) << all[i];
  }
  EXPECT_FALSE(knows("aB"));
  EXPECT_FALSE(knows(""));
}

TEST_P(ScoreStoreRead, ScansInByteOrderOfIds) {
  auto expected = test::ids_in_many_scripts();
  put_all(expected, {1, 1, 1, 1});
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(ids_of(everyone()), expected);
}

TEST_P(ScoreStoreRead, ScansInPagesThatMissNobodyAndRepeatNobody) {
  auto expected = test::ids_in_many_scripts();
  put_all(expected, {1, 1, 1, 1});
  std::sort(expected.begin(), expected.end());
  for (const std::size_t limit : {1U, 2U, 7U, 1'000U}) {
    ids seen;
    for (std::string after;;) {
      const auto page = store->scan(after, limit).value();
      EXPECT_LE(page.size(), limit);
      if (page.empty())
        break;
      for (const auto& id : ids_of(page))
        seen.push_back(id);
      after = seen.back();
    }
    EXPECT_EQ(seen, expected) << "pages of " << limit;
  }
}

TEST_P(ScoreStoreRead, ScansOnAfterAUserThatIsGone) {
  put_all({"a", "b", "c", "d"}, {1, 1, 1, 1});
  ASSERT_TRUE(store->remove("b", "run").value());
  EXPECT_EQ(ids_of(store->scan("b", 10).value()), (ids{"c", "d"}));
  EXPECT_EQ(ids_of(store->scan("bb", 1).value()), (ids{"c"}));
  EXPECT_TRUE(store->scan("d", 10).value().empty());
  EXPECT_TRUE(store->scan("", 0).value().empty());
}

TEST_P(ScoreStoreRead, RanksTheHigherScoreFirstOnEachBoard) {
  put({{"anna", {1, 20, 3, 0}, now(), 0},
       {"ben", {3, 10, 2, 0}, now(), 0},
       {"carl", {2, 30, 1, 0}, now(), 0}});
  const auto board = [&](period p) {
    return store->top(p, 0, 10).value().entries;
  };
  EXPECT_EQ(ids_of(board(period::daily)), (ids{"ben", "carl", "anna"}));
  EXPECT_EQ(ids_of(board(period::weekly)), (ids{"carl", "anna", "ben"}));
  EXPECT_EQ(ids_of(board(period::monthly)), (ids{"anna", "ben", "carl"}));
  EXPECT_EQ(ids_of(board(period::yearly)), (ids{"carl", "ben", "anna"}));
  EXPECT_EQ(scores_of(board(period::weekly)), (std::vector<std::int64_t>{30, 20, 10}));
  EXPECT_EQ(board(period::weekly)[0].user, get("carl"));
}

TEST_P(ScoreStoreRead, OrdersEqualScoresByIdDescendingInByteOrder) {
  const auto all = test::ids_in_many_scripts();
  put_all(all, {7, 7, 7, 7});
  for (auto p : all_periods)
    EXPECT_EQ(ids_of(store->top(p, 0, 1'000).value().entries), test::in_order_of_ties(all))
        << to_string(p);
}

TEST_P(ScoreStoreRead, GivesAnyWindowOfTheBoardWithRanks) {
  for (int i = 1; i <= 9; ++i)
    add("user" + std::to_string(i), i);
  const auto page = store->top(period::monthly, 3, 2).value();
  EXPECT_EQ(page.total_users, 9U);
  EXPECT_EQ(ids_of(page.entries), (ids{"user6", "user5"}));
  EXPECT_EQ(ranks_of(page.entries), (std::vector<std::uint64_t>{4, 5}));
  EXPECT_EQ(ids_of(store->top(period::monthly, 8, 5).value().entries), (ids{"user1"}));
}

TEST_P(ScoreStoreRead, GivesNoEntriesPastTheEndOrForLimitZero) {
  add("anna", 1);
  constexpr auto far = std::numeric_limits<std::size_t>::max();
  for (const auto& [offset, limit] :
       {std::pair<std::size_t, std::size_t>{1, 10}, {far, 10}, {0, 0}}) {
    const auto page = store->top(period::daily, offset, limit).value();
    EXPECT_EQ(page.total_users, 1U);
    EXPECT_TRUE(page.entries.empty()) << offset;
  }
}

TEST_P(ScoreStoreRead, TakesAnyLimit) {
  add("anna", 1);
  constexpr auto all = std::numeric_limits<std::size_t>::max();
  EXPECT_EQ(store->top(period::daily, 0, all).value().entries.size(), 1U);
  EXPECT_EQ(store->scan("", all).value().size(), 1U);
}

TEST_P(ScoreStoreRead, FindsManyAtOnceAndLeavesOutTheUnknown) {
  add("anna", 1);
  add("日本語", 2);
  add("carl", 3);
  ASSERT_TRUE(store->reset(period::daily));
  auto found = store->find_many(ids{"carl", "nobody", "日本語", ""}).value();
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.user_id < b.user_id; });
  EXPECT_EQ(found, (std::vector{get("carl"), get("日本語")}));
  EXPECT_EQ(found.at(0).score, (scores{0, 3, 3, 3}));
  EXPECT_TRUE(store->find_many(ids{}).value().empty());
}

} // namespace
} // namespace standings
