#include "tests/support/score_store_suite.hpp"

#include <algorithm>
#include <limits>

namespace standings {
namespace {

class ScoreStoreApply : public test::score_store_suite {};
STANDINGS_OVER_ALL_SCORE_STORES(ScoreStoreApply);

TEST_P(ScoreStoreApply, CountsAnIncrementInAllFourPeriods) {
  const auto first = add("anna", 5);
  EXPECT_EQ(first.code, errc::none);
  EXPECT_EQ(first.user.user_id, "anna");
  EXPECT_EQ(first.user.score, (scores{5, 5, 5, 5}));
  EXPECT_FALSE(first.replayed);
  EXPECT_EQ(add("anna", 2).user.score, (scores{7, 7, 7, 7}));
}

TEST_P(ScoreStoreApply, AddsToWhatIsInEachPeriod) {
  put({{"anna", {1, 20, 300, 4'000}, now(), 0}});
  EXPECT_EQ(add("anna", 5).user.score, (scores{6, 25, 305, 4'005}));
}

TEST_P(ScoreStoreApply, IsSeenByReadsAsItWasAnswered) {
  const auto outcome = add("anna", 5);
  EXPECT_EQ(get("anna"), outcome.user);
  const auto batch = apply({{"anna", 1, {}}, {"ben", 2, {}}, {"anna", 3, {}}});
  EXPECT_EQ(get("anna"), batch[2].user);
  EXPECT_EQ(get("ben"), batch[1].user);
}

TEST_P(ScoreStoreApply, AnswersInTheOrderOfTheBatch) {
  std::vector<score_update> batch;
  for (int i = 0; i < 300; ++i)
    batch.push_back({"user" + std::to_string(i * 7 % 300), i + 1, {}});
  const auto outcomes = apply(batch);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    EXPECT_EQ(outcomes[i].user.user_id, batch[i].user_id);
    EXPECT_EQ(outcomes[i].user.score[0], batch[i].count);
  }
}

TEST_P(ScoreStoreApply, GivesSuccessiveStatesToRepeatsOfAUser) {
  add("anna", 10);
  const auto outcomes =
      apply({{"anna", 1, {}}, {"ben", 100, {}}, {"anna", 2, {}}, {"anna", 3, {}}});
  EXPECT_EQ(outcomes[0].user.score, (scores{11, 11, 11, 11}));
  EXPECT_EQ(outcomes[1].user.score, (scores{100, 100, 100, 100}));
  EXPECT_EQ(outcomes[2].user.score, (scores{13, 13, 13, 13}));
  EXPECT_EQ(outcomes[3].user.score, (scores{16, 16, 16, 16}));
}

TEST_P(ScoreStoreApply, TakesAnEmptyBatch) {
  EXPECT_TRUE(apply({}).empty());
  EXPECT_EQ(store->count().value(), 0U);
}

TEST_P(ScoreStoreApply, StampsTheWriteWithTheDatabasesTime) {
  const auto before = now();
  const auto user = add("anna", 1).user;
  EXPECT_GE(user.updated_at, before);
  EXPECT_LE(user.updated_at, now());
}

TEST_P(ScoreStoreApply, GivesEachWriteOfAnyUserAGreaterVersion) {
  std::int64_t last = 0;
  const auto expect_greater = [&](std::int64_t version) {
    EXPECT_GT(version, last);
    last = version;
  };
  for (int round = 0; round < 3; ++round) {
    expect_greater(add("anna", 1).user.version);
    expect_greater(add("ben", 1).user.version);
    put({{"carl", {1, 1, 1, 1}, now(), 0}});
    expect_greater(get("carl").version);
    auto batch = apply({{"dora", 1, {}}, {"emil", 1, {}}, {"anna", 1, {}}});
    // within a batch the order of different users is the database's
    std::sort(batch.begin(), batch.end(),
              [](const auto& a, const auto& b) { return a.user.version < b.user.version; });
    for (const auto& outcome : batch)
      expect_greater(outcome.user.version);
    expect_greater(store->remove("emil", "run").value().value());
    store = harness->open();
  }
}

TEST_P(ScoreStoreApply, LetsAScoreReachTheLastOneBelowTheLimit) {
  EXPECT_EQ(add("anna", score_limit - 1).user.score[0], score_limit - 1);
  put({{"ben", {1, score_limit - 3, 1, 1}, now(), 0}});
  EXPECT_EQ(add("ben", 2).user.score, (scores{3, score_limit - 1, 3, 3}));
}

TEST_P(ScoreStoreApply, RefusesToReachTheLimitInAnyPeriod) {
  for (std::size_t i = 0; i < period_count; ++i) {
    scores stored{1, 1, 1, 1};
    stored[i] = score_limit - 1;
    put({{"anna", stored, now(), 0}});
    const auto before = get("anna");
    EXPECT_EQ(add("anna", 1).code, errc::score_overflow);
    EXPECT_EQ(get("anna"), before);
  }
}

TEST_P(ScoreStoreApply, RefusesACountPastTheLimitOfANewUser) {
  for (const auto count : {score_limit, std::numeric_limits<std::int64_t>::max()})
    EXPECT_EQ(add("anna", count).code, errc::score_overflow);
  EXPECT_FALSE(knows("anna"));
}

TEST_P(ScoreStoreApply, RefusesAnOverflowAlone) {
  put({{"full", {0, 0, 0, score_limit - 1}, now(), 0}});
  const auto outcomes = apply({{"anna", 1, {}}, {"full", 1, {}}, {"ben", 2, {}}, {"anna", 3, {}}});
  EXPECT_EQ(outcomes[0].code, errc::none);
  EXPECT_EQ(outcomes[1].code, errc::score_overflow);
  EXPECT_FALSE(outcomes[1].detail.empty());
  EXPECT_EQ(outcomes[2].code, errc::none);
  EXPECT_EQ(outcomes[3].user.score[0], 4);
  EXPECT_EQ(get("ben").score[0], 2);
}

TEST_P(ScoreStoreApply, CountsWhatFitsWhereOnlyTheSumPassesTheLimit) {
  const auto half = score_limit / 2;
  const auto outcomes =
      apply({{"anna", half, {}}, {"anna", half, {}}, {"anna", half - 1, {}}, {"anna", 1, {}}});
  EXPECT_EQ(outcomes[0].user.score[0], half);
  EXPECT_EQ(outcomes[1].code, errc::score_overflow);
  EXPECT_EQ(outcomes[2].user.score[0], score_limit - 1);
  EXPECT_EQ(outcomes[3].code, errc::score_overflow);
  EXPECT_EQ(get("anna"), outcomes[2].user);
}

TEST_P(ScoreStoreApply, SurvivesCountsWhoseSumPassesEveryInteger) {
  constexpr auto huge = std::numeric_limits<std::int64_t>::max();
  add("anna", 5);
  const auto outcomes = apply({{"anna", huge, {}}, {"anna", huge, {}}, {"anna", 1, {}}});
  EXPECT_EQ(outcomes[0].code, errc::score_overflow);
  EXPECT_EQ(outcomes[1].code, errc::score_overflow);
  EXPECT_EQ(outcomes[2].user.score, (scores{6, 6, 6, 6}));
  EXPECT_EQ(get("anna").score, (scores{6, 6, 6, 6}));
}

TEST_P(ScoreStoreApply, ChangesNothingWhereTheDatabaseRefusesARow) {
  harness->poison("bad");
  const auto before = add("anna", 1).user;
  const std::vector<score_update> batch{{"anna", 1, "k"}, {"bad", 1, {}}, {"ben", 1, {}}};
  const auto refused = store->apply(batch);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::rejected_row);
  EXPECT_EQ(everyone(), std::vector{before});

  EXPECT_FALSE(apply({{"anna", 1, "k"}})[0].replayed); // its key was not taken either
  EXPECT_EQ(get("anna").score[0], 2);
}

TEST_P(ScoreStoreApply, RefusesARowThatTurnsBadLater) {
  const auto before = add("bad", 1).user;
  harness->poison("bad");
  const std::vector<score_update> batch{{"bad", 1, {}}};
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto refused = store->apply(batch);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::rejected_row);
  }
  EXPECT_EQ(get("bad"), before);
  EXPECT_EQ(add("anna", 1).code, errc::none); // the connection still works
}

TEST_P(ScoreStoreApply, SaysNothingOfTheDatabaseInAFailure) {
  harness->poison("bad");
  const std::vector<score_update> batch{{"bad", 1, {}}};
  const auto detail = store->apply(batch).error().detail;
  EXPECT_FALSE(detail.empty());
  for (const auto* secret : {"INSERT", "pomo", "TRIGGER", "/", "postgres"})
    EXPECT_EQ(detail.find(secret), std::string::npos) << detail;
}

} // namespace
} // namespace standings
