#include "tests/support/sqlite_store_harness.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

const std::vector<score_update> one{{"anna", 5, "k"}};

TEST(SqliteLocks, AFileThatAnotherProgramWritesIsToldOfAndNothingIsCounted) {
  test::sqlite_store_harness harness;
  const auto store = harness.open();
  const auto other = harness.raw();
  for (const auto* mode : {"IMMEDIATE", "EXCLUSIVE"}) {
    other->exec(std::string{"BEGIN "} + mode);
    const auto refused = store->apply(one);
    EXPECT_EQ(refused.error().code, errc::overloaded) << mode;
    EXPECT_NE(refused.error().detail.find("nothing was"), std::string::npos);
    EXPECT_EQ(store->remove("anna", "run").error().code, errc::overloaded);
    EXPECT_EQ(store->reset(period::daily).error().code, errc::overloaded);
    other->exec("ROLLBACK");
  }
  EXPECT_EQ(store->apply(one).value().at(0).user.score[0], 5);
}

TEST(SqliteLocks, ReadsGoOnWhileAnotherProgramWrites) {
  test::sqlite_store_harness harness;
  const auto store = harness.open();
  ASSERT_TRUE(store->apply(one));
  const auto other = harness.raw();
  other->exec("BEGIN IMMEDIATE");
  EXPECT_EQ(store->find("anna").value()->score[0], 5);
  EXPECT_TRUE(store->periods());
  other->exec("ROLLBACK");
}

TEST(SqliteLocks, TheStartsOfANewNamedLeaderboardWaitForNobody) {
  test::sqlite_store_harness harness;
  harness.use_calendar(*calendar::make("UTC", "monday"));
  const auto acme = harness.open_leaderboards({})->save("acme", {}).value().now;
  harness.foreign("DELETE FROM {own}past_periods"); // as if it was made long ago
  const auto store = harness.open_leaderboards({});
  const auto other = harness.raw();
  other->exec("BEGIN IMMEDIATE");
  const auto seen = store->scores_of(acme)->periods();
  other->exec("ROLLBACK");
  ASSERT_TRUE(seen) << seen.error().detail;
  EXPECT_EQ(store->scores_of(acme)->periods().value().starts, seen->starts);
  EXPECT_EQ(harness.query("SELECT count(*) FROM {own}past_periods WHERE leaderboard_id = 1")[0][0],
            "4")
      << "the next call opens them";
}

} // namespace
} // namespace standings
