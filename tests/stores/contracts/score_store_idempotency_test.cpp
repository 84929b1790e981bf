#include "tests/support/score_store_suite.hpp"

namespace standings {
namespace {

class ScoreStoreIdempotency : public test::score_store_suite {};
STANDINGS_OVER_ALL_SCORE_STORES(ScoreStoreIdempotency);

void expect_replay(const update_outcome& outcome, const update_outcome& first) {
  EXPECT_EQ(outcome.code, errc::none);
  EXPECT_TRUE(outcome.replayed);
  EXPECT_EQ(outcome.user, first.user);
}

TEST_P(ScoreStoreIdempotency, ARepeatGivesTheFirstResultAndCountsNothing) {
  const auto first = add("anna", 5, "k");
  EXPECT_FALSE(first.replayed);
  expect_replay(add("anna", 5, "k"), first);
  expect_replay(add("anna", 5, "k"), first);
  EXPECT_EQ(get("anna"), first.user);
}

TEST_P(ScoreStoreIdempotency, ARepeatGivesTheFirstResultAfterLaterUpdates) {
  const auto first = add("anna", 5, "k");
  const auto later = add("anna", 7);
  expect_replay(add("anna", 5, "k"), first);
  EXPECT_EQ(get("anna"), later.user);
}

TEST_P(ScoreStoreIdempotency, ARepeatGivesTheFirstResultAfterReset) {
  const auto first = add("anna", 5, "k");
  ASSERT_TRUE(store->reset(period::daily));
  expect_replay(add("anna", 5, "k"), first);
  EXPECT_EQ(get("anna").score, (scores{0, 5, 5, 5}));
}

TEST_P(ScoreStoreIdempotency, ARepeatDoesNotBringARemovedUserBack) {
  const auto first = add("anna", 5, "k");
  ASSERT_TRUE(store->remove("anna", "run").value());
  expect_replay(add("anna", 5, "k"), first);
  EXPECT_FALSE(knows("anna"));
}

TEST_P(ScoreStoreIdempotency, ARepeatIsKnownToOtherConnectionsAndAfterReopening) {
  const auto first = add("anna", 5, "k");
  const auto other = harness->open();
  expect_replay(apply(*other, {{"anna", 5, "k"}})[0], first);
  store = harness->open();
  expect_replay(add("anna", 5, "k"), first);
}

TEST_P(ScoreStoreIdempotency, ARepeatInTheSameBatchCountsNothing) {
  const auto outcomes = apply({{"anna", 5, "k"}, {"anna", 1, {}}, {"anna", 5, "k"}});
  EXPECT_FALSE(outcomes[0].replayed);
  EXPECT_EQ(outcomes[0].user.score[0], 5);
  EXPECT_EQ(outcomes[1].user.score[0], 6);
  expect_replay(outcomes[2], outcomes[0]);
  EXPECT_EQ(get("anna").score[0], 6);
}

TEST_P(ScoreStoreIdempotency, ABatchRepeatedWholeGivesTheSameResultsWhole) {
  const std::vector<score_update> batch{
      {"anna", 1, "a"}, {"anna", 2, "b"}, {"ben", 3, "c"}, {"anna", 4, "d"}};
  const auto first = apply(batch);
  const auto again = apply(batch);
  for (std::size_t i = 0; i < batch.size(); ++i)
    expect_replay(again[i], first[i]);
}

TEST_P(ScoreStoreIdempotency, AKeyWithAnotherCountIsAConflict) {
  const auto first = add("anna", 5, "k");
  EXPECT_EQ(add("anna", 6, "k").code, errc::idempotency_conflict);
  EXPECT_EQ(get("anna"), first.user);
  expect_replay(add("anna", 5, "k"), first); // a conflict does not replace the first
}

TEST_P(ScoreStoreIdempotency, AKeyBelongsToItsUser) {
  const auto annas = add("anna", 5, "k");
  const auto bens = add("ben", 5, "k");
  EXPECT_EQ(bens.code, errc::none);
  EXPECT_FALSE(bens.replayed);
  EXPECT_EQ(get("ben").score[0], 5);
  expect_replay(add("anna", 5, "k"), annas);
  expect_replay(add("ben", 5, "k"), bens);
  EXPECT_EQ(add("ben", 6, "k").code, errc::idempotency_conflict);
}

TEST_P(ScoreStoreIdempotency, AKeyBelongsToItsUserInOneBatchToo) {
  const std::vector<score_update> batch{
      {"anna", 1, "k"}, {"ben", 2, "k"}, {"anna", 1, "k"}, {"ben", 3, "k"}, {"cleo", 2, "k"}};
  const auto outcomes = apply(batch);
  expect_replay(outcomes[2], outcomes[0]);
  EXPECT_EQ(outcomes[3].code, errc::idempotency_conflict);
  EXPECT_EQ(get("anna").score[0], 1);
  EXPECT_EQ(get("ben").score[0], 2);
  EXPECT_EQ(get("cleo").score[0], 2);
  const auto again = apply(batch);
  for (const auto i : {0U, 1U, 2U, 4U})
    EXPECT_TRUE(again[i].replayed) << i;
}

TEST_P(ScoreStoreIdempotency, AConflictFailsAlone) {
  add("anna", 5, "k");
  const auto outcomes = apply({{"ben", 1, {}}, {"anna", 6, "k"}, {"ben", 2, "l"}});
  EXPECT_EQ(outcomes[0].code, errc::none);
  EXPECT_EQ(outcomes[1].code, errc::idempotency_conflict);
  EXPECT_FALSE(outcomes[1].detail.empty());
  EXPECT_FALSE(outcomes[1].replayed);
  EXPECT_EQ(outcomes[2].user.score[0], 3);
}

TEST_P(ScoreStoreIdempotency, AConflictIsSeenInTheSameBatch) {
  const auto outcomes = apply({{"anna", 5, "k"}, {"anna", 6, "k"}, {"ben", 5, "k"}});
  EXPECT_EQ(outcomes[0].code, errc::none);
  EXPECT_EQ(outcomes[1].code, errc::idempotency_conflict);
  EXPECT_EQ(outcomes[2].code, errc::none);
  EXPECT_EQ(get("anna").score[0], 5);
}

TEST_P(ScoreStoreIdempotency, DifferentKeysAndNoKeysCountEachTime) {
  add("anna", 1, "k");
  add("anna", 1, "l");
  add("anna", 1, "K");
  add("anna", 1);
  add("anna", 1);
  EXPECT_EQ(get("anna").score[0], 5);
}

TEST_P(ScoreStoreIdempotency, ARefusedIncrementMayBeTriedAgainWithItsKey) {
  put({{"anna", {score_limit - 1, 0, 0, 0}, now(), 0}});
  EXPECT_EQ(add("anna", 5, "k").code, errc::score_overflow);
  ASSERT_TRUE(store->reset(period::daily));
  const auto counted = add("anna", 5, "k");
  EXPECT_EQ(counted.code, errc::none);
  EXPECT_FALSE(counted.replayed);
  EXPECT_EQ(counted.user.score, (scores{5, 5, 5, 5}));
}

TEST_P(ScoreStoreIdempotency, ARepeatOfARefusedIncrementInTheSameBatchIsRefusedToo) {
  put({{"anna", {score_limit - 2, 0, 0, 0}, now(), 0}});
  const auto outcomes = apply({{"anna", 5, "k"}, {"anna", 5, "k"}, {"anna", 1, {}}});
  EXPECT_EQ(outcomes[0].code, errc::score_overflow);
  EXPECT_EQ(outcomes[1].code, errc::score_overflow);
  EXPECT_FALSE(outcomes[1].replayed);
  EXPECT_EQ(outcomes[2].user.score[0], score_limit - 1);
}

TEST_P(ScoreStoreIdempotency, FreshKeysAreNotForgotten) {
  const auto first = add("anna", 5, "k");
  EXPECT_EQ(store->forget_requests(100).value(), 0U);
  expect_replay(add("anna", 5, "k"), first);
}

class ScoreStoreRequestMemory : public test::score_store_clock_suite {
protected:
  const sys_time start = test::at("2026-03-10T12:00:00Z");
};
STANDINGS_OVER_ALL_SCORE_STORES(ScoreStoreRequestMemory);

using namespace std::chrono_literals;

TEST_P(ScoreStoreRequestMemory, LastsFor24Hours) {
  harness->set_time(start);
  const auto first = add("anna", 5, "k");
  harness->set_time(start + 23h + 59min);
  EXPECT_EQ(store->forget_requests(100).value(), 0U);
  expect_replay(add("anna", 5, "k"), first);
  harness->set_time(start + 24h + 1s);
  EXPECT_EQ(store->forget_requests(100).value(), 1U);
  const auto anew = add("anna", 5, "k");
  EXPECT_FALSE(anew.replayed);
  EXPECT_EQ(anew.user.score[0], 10);
}

TEST_P(ScoreStoreRequestMemory, IsClearedInPortionsOldKeysOnly) {
  harness->set_time(start);
  for (const auto* key : {"a", "b", "c", "d", "e"})
    add("anna", 1, key);
  harness->set_time(start + 12h);
  const auto fresh = add("anna", 1, "f");
  harness->set_time(start + 25h);
  EXPECT_EQ(store->forget_requests(2).value(), 2U);
  EXPECT_EQ(store->forget_requests(2).value(), 2U);
  EXPECT_EQ(store->forget_requests(2).value(), 1U);
  EXPECT_EQ(store->forget_requests(2).value(), 0U);
  expect_replay(add("anna", 1, "f"), fresh);
}

} // namespace
} // namespace standings
