#include "core/leaderboard/score.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace standings {
namespace {

TEST(RanksBefore, PutsTheHigherScoreFirst) {
  EXPECT_TRUE(ranks_before(2, "a", 1, "z"));
  EXPECT_FALSE(ranks_before(1, "z", 2, "a"));
  EXPECT_TRUE(ranks_before(score_limit - 1, "a", score_limit - 2, "z"));
}

TEST(RanksBefore, PutsEqualScoresInDescendingByteOrderOfIds) {
  EXPECT_TRUE(ranks_before(1, "b", 1, "a"));
  EXPECT_TRUE(ranks_before(1, "aa", 1, "a"));
  EXPECT_TRUE(ranks_before(1, "a", 1, "Z"));      // no collation
  EXPECT_TRUE(ranks_before(1, "2", 1, "10"));     // no numeric order
  EXPECT_TRUE(ranks_before(1, "ä", 1, "z"));      // bytes are unsigned
  EXPECT_TRUE(ranks_before(1, "😀", 1, "\uFFFD")); // UTF-8 order, not UTF-16's
}

TEST(RanksBefore, NeverPutsAUserBeforeItself) {
  EXPECT_FALSE(ranks_before(1, "a", 1, "a"));
}

TEST(EffectiveScores, CountOnlyPeriodsThatHadStartedAtTheLastWrite) {
  const scores stored{1, 2, 3, 4};
  const auto written = from_micros(1'000);
  const period_starts starts{from_micros(1'001), from_micros(1'000), from_micros(999), sys_time{}};
  EXPECT_EQ(effective_scores(stored, written, starts), (scores{0, 2, 3, 4}));
}

TEST(EffectiveScores, AreTheStoredOnesWhereNoPeriodHasStarted) {
  EXPECT_EQ(effective_scores({1, 2, 3, 4}, sys_time{}, period_starts{}), (scores{1, 2, 3, 4}));
}

TEST(AsShown, BringsScoresIntoTheRangeThatACacheHoldsExactly) {
  const user_record odd{"ann", {-5, score_limit - 1, score_limit, score_limit * 2}, {}, 7};
  EXPECT_EQ(as_shown(odd),
            (user_record{"ann", {0, score_limit - 1, score_limit - 1, score_limit - 1}, {}, 7}));
  const std::vector<user_record> usual{{"bob", {0, 1, 2, 3}, {}, 8}};
  EXPECT_EQ(as_shown(usual), usual);
}

TEST(Percentile, GoesFrom100ForTheFirstToTheLastsShare) {
  EXPECT_DOUBLE_EQ(percentile(1, 1), 100.0);
  EXPECT_DOUBLE_EQ(percentile(1, 200), 100.0);
  EXPECT_DOUBLE_EQ(percentile(2, 4), 75.0);
  EXPECT_DOUBLE_EQ(percentile(4, 4), 25.0);
  EXPECT_DOUBLE_EQ(percentile(1'000'000, 1'000'000), 0.0001);
}

TEST(Percentile, FallsWithEachRank) {
  for (std::uint64_t rank = 1; rank < 1'000; ++rank)
    EXPECT_GT(percentile(rank, 1'000), percentile(rank + 1, 1'000));
}

} // namespace
} // namespace standings
