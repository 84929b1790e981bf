#include "core/leaderboard/version_history.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

TEST(StepBack, AHealthyDatabaseIsNeverBehind) {
  EXPECT_FALSE(find_step_back({10, 10, {}}, {10, 10}));
  EXPECT_FALSE(find_step_back({10, 7, {}}, {7, 5})) << "versions of refused updates are skipped";
  EXPECT_FALSE(find_step_back({0, 0, {}}, {0, 0}));
  EXPECT_FALSE(find_step_back({10, {}, {}}, {10, 9})) << "nobody looked at the rows";
}

TEST(StepBack, WhatWasDrawnAndRolledBackHasNoRowAndIsNone) {
  EXPECT_FALSE(find_step_back({20, 10, {}}, {10, 10, 20}));
}

TEST(StepBack, ASequenceBehindWhatWasDrawnIsOne) {
  const auto found = find_step_back({15, {}, {}}, {10, 10, 20});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->raise_to, 20);
}

TEST(StepBack, ASequenceBehindTheCacheIsOne) {
  const auto found = find_step_back({10, {}, {}}, {300, 0});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->raise_to, 300);
  EXPECT_NE(found->reason.find("300"), std::string::npos);
}

TEST(StepBack, ASequenceBehindWhatThisProcessWasGivenIsOne) {
  const auto found = find_step_back({10, {}, {}}, {5, 11});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->raise_to, 11);
}

TEST(StepBack, ASequenceBehindItsOwnRowsIsOne) {
  const auto found = find_step_back({1, 400, {}}, {0, 0});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->raise_to, 400);
}

TEST(StepBack, RowsBehindTheCacheAreOneAlthoughTheSequenceIsAhead) {
  // a promoted standby has a sequence up to 32 ahead of its rows
  const auto found = find_step_back({132, 100, {}}, {120, 0});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->raise_to, 132);
}

TEST(StepBack, AnEarlierEventCountsAsSeen) {
  // the marks include the version to which an event has raised the sequence
  EXPECT_FALSE(find_step_back({300, 300, {}}, {300, 0}));
}

} // namespace
} // namespace standings
