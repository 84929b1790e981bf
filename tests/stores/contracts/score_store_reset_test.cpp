#include "tests/support/score_store_suite.hpp"

#include <algorithm>

namespace standings {
namespace {

using test::ids_of;
using ids = std::vector<std::string>;

class ScoreStoreReset : public test::score_store_suite {};
STANDINGS_OVER_ALL_SCORE_STORES(ScoreStoreReset);

TEST_P(ScoreStoreReset, ZeroesOneBoardInEveryRead) {
  const auto before = add("anna", 5).user;
  ASSERT_TRUE(reset(period::weekly));
  const scores expected{5, 0, 5, 5};
  EXPECT_EQ(get("anna").score, expected);
  EXPECT_EQ(everyone()[0].score, expected);
  for (auto p : all_periods) {
    const auto entry = store->top(p, 0, 10).value().entries.at(0);
    EXPECT_EQ(entry.user.score, expected);
    EXPECT_EQ(entry.score, expected[index_of(p)]) << to_string(p);
  }
  EXPECT_EQ(get("anna").version, before.version); // a reset is not a write of the user
  EXPECT_EQ(get("anna").updated_at, before.updated_at);
}

TEST_P(ScoreStoreReset, LetsTheNextIncrementStartFromZeroOnThatBoard) {
  add("anna", 5);
  ASSERT_TRUE(reset(period::daily));
  EXPECT_EQ(add("anna", 2).user.score, (scores{2, 7, 7, 7}));
  EXPECT_EQ(add("anna", 1).user.score, (scores{3, 8, 8, 8}));
  EXPECT_EQ(get("anna").score, (scores{3, 8, 8, 8}));
}

TEST_P(ScoreStoreReset, SeparatesEarlierFromLaterWritesExactly) {
  for (int i = 1; i <= 20; ++i) { // SQLite's clock stands still here
    add("anna", 1);
    ASSERT_TRUE(reset(period::daily));
    ASSERT_EQ(get("anna").score[0], 0) << i;
    ASSERT_EQ(add("anna", 1).user.score[0], 1) << i;
    ASSERT_EQ(get("anna").score[0], 1) << i;
    ASSERT_EQ(get("anna").score[3], 2 * i);
  }
}

TEST_P(ScoreStoreReset, IsSeenByOtherConnectionsAndAfterReopening) {
  const auto other = harness->open();
  apply(*other, {{"anna", 5, {}}});
  ASSERT_TRUE(reset(period::daily));
  EXPECT_EQ(other->find("anna").value()->score, (scores{0, 5, 5, 5}));
  EXPECT_EQ(apply(*other, {{"anna", 1, {}}})[0].user.score, (scores{1, 6, 6, 6}));
  store = harness->open();
  EXPECT_EQ(get("anna").score, (scores{1, 6, 6, 6}));
}

TEST_P(ScoreStoreReset, RanksUsersWithoutALaterWriteLastById) {
  for (const auto* id : {"d", "b", "c", "a"})
    add(id, 10);
  ASSERT_TRUE(reset(period::monthly));
  add("b", 1);
  EXPECT_EQ(ids_of(store->top(period::monthly, 0, 10).value().entries), (ids{"b", "d", "c", "a"}));
  EXPECT_EQ(ids_of(store->top(period::monthly, 1, 2).value().entries), (ids{"d", "c"}));
  EXPECT_EQ(ids_of(store->top(period::yearly, 0, 10).value().entries), (ids{"b", "d", "c", "a"}));
  add("a", 100);
  EXPECT_EQ(ids_of(store->top(period::monthly, 0, 10).value().entries), (ids{"a", "b", "d", "c"}));
}

TEST_P(ScoreStoreReset, TellsThePeriodsStarts) {
  const auto before = store->periods().value();
  const auto written = add("anna", 1).user.updated_at;
  const auto state = reset(period::weekly).value();
  EXPECT_GT(state.starts[index_of(period::weekly)], written);
  EXPECT_GE(state.now, state.starts[index_of(period::weekly)]);
  for (auto p : {period::daily, period::monthly, period::yearly})
    EXPECT_EQ(state.starts[index_of(p)], before.starts[index_of(p)]) << to_string(p);
  EXPECT_EQ(store->periods().value().starts, state.starts);
  EXPECT_EQ(harness->open()->periods().value().starts, state.starts);
}

TEST_P(ScoreStoreReset, MovesTheStartEachTime) {
  const auto first = reset(period::daily).value();
  const auto second = reset(period::daily).value();
  EXPECT_GT(second.starts[0], first.starts[0]);
}

TEST_P(ScoreStoreReset, AppliesToScoresPutWithAnEarlierTime) {
  const auto written = add("other", 1).user.updated_at;
  ASSERT_TRUE(reset(period::yearly));
  put({{"anna", {4, 3, 2, 1}, written, 0}});
  EXPECT_EQ(get("anna").score, (scores{4, 3, 2, 0}));
  put({{"anna", {4, 3, 2, 1}, now(), 0}});
  EXPECT_EQ(get("anna").score, (scores{4, 3, 2, 1}));
}

TEST_P(ScoreStoreReset, MakesRoomBelowTheLimit) {
  put({{"anna", {score_limit - 1, 0, 0, 0}, now(), 0}});
  ASSERT_TRUE(reset(period::daily));
  EXPECT_EQ(add("anna", 5).user.score, (scores{5, 5, 5, 5}));
}

TEST_P(ScoreStoreReset, LosesNoIncrementOfABatch) {
  add("anna", 5);
  ASSERT_TRUE(reset(period::daily));
  const auto outcomes = apply({{"anna", 1, {}}, {"anna", 2, {}}, {"anna", 3, {}}});
  EXPECT_EQ(outcomes[0].user.score, (scores{1, 6, 6, 6}));
  EXPECT_EQ(outcomes[1].user.score, (scores{3, 8, 8, 8}));
  EXPECT_EQ(outcomes[2].user.score, (scores{6, 11, 11, 11}));
}

class ScoreStoreTidy : public test::score_store_suite {
protected:
  /// Calls tidy until it returns 0; returns the number of users of each call.
  std::vector<std::size_t> tidy_up(std::size_t limit) {
    std::vector<std::size_t> out;
    do
      out.push_back(store->tidy(limit).value());
    while (out.back() != 0 && out.size() < 100);
    return out;
  }

  void add_users(int from, int to) {
    std::vector<score_update> batch;
    for (int i = from; i < to; ++i)
      batch.push_back({"user" + std::to_string(i), i, {}});
    apply(batch);
  }
};
STANDINGS_OVER_ALL_SCORE_STORES(ScoreStoreTidy);

TEST_P(ScoreStoreTidy, HasNothingToDoWithoutAReset) {
  add_users(10, 20);
  EXPECT_EQ(store->tidy(100).value(), 0U);
}

TEST_P(ScoreStoreTidy, WritesTheZerosAndChangesNothingElse) {
  add_users(10, 20);
  ASSERT_TRUE(reset(period::daily));
  ASSERT_TRUE(reset(period::monthly));
  add_users(15, 17);
  const auto before = everyone();
  EXPECT_EQ(tidy_up(100), (std::vector<std::size_t>{8, 0}));
  EXPECT_EQ(everyone(), before); // scores, versions and times are unchanged
  EXPECT_EQ(harness->stored_scores("user12"), (scores{0, 12, 0, 12}));
  EXPECT_EQ(harness->stored_scores("user15"), (scores{15, 30, 15, 30}));
}

TEST_P(ScoreStoreTidy, WorksInPortions) {
  add_users(10, 21);
  ASSERT_TRUE(reset(period::weekly));
  const auto before = everyone();
  EXPECT_EQ(tidy_up(4), (std::vector<std::size_t>{4, 4, 3, 0}));
  for (int i = 10; i < 21; ++i)
    EXPECT_EQ(harness->stored_scores("user" + std::to_string(i)), (scores{i, 0, i, i}));
  EXPECT_EQ(everyone(), before);
}

TEST_P(ScoreStoreTidy, CountsAUserOfSeveralExpiredPeriodsOnce) {
  add_users(10, 13);
  for (auto p : all_periods)
    ASSERT_TRUE(reset(p));
  EXPECT_EQ(tidy_up(100), (std::vector<std::size_t>{3, 0}));
  EXPECT_EQ(harness->stored_scores("user11"), (scores{0, 0, 0, 0}));
}

TEST_P(ScoreStoreTidy, SaysZeroOnlyWhereAllIsTidyEvenIfMoreExpiresMeanwhile) {
  add_users(10, 16);
  ASSERT_TRUE(reset(period::daily));
  EXPECT_EQ(store->tidy(4).value(), 4U);
  ASSERT_TRUE(reset(period::weekly)); // the four are untidy once more
  tidy_up(4);
  for (int i = 10; i < 16; ++i)
    EXPECT_EQ(harness->stored_scores("user" + std::to_string(i)), (scores{0, 0, i, i})) << i;
}

TEST_P(ScoreStoreTidy, LetsIncrementsGoOnAsBefore) {
  add_users(10, 12);
  ASSERT_TRUE(reset(period::daily));
  tidy_up(100);
  EXPECT_EQ(add("user10", 1).user.score, (scores{1, 11, 11, 11}));
}

} // namespace
} // namespace standings
