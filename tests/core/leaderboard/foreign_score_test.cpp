#include "core/leaderboard/foreign_score.hpp"
#include "core/leaderboard/score.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace standings {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(ForeignScore, WholeNumbersAreScores) {
  for (const std::int64_t n : {std::int64_t{0}, std::int64_t{7}, score_limit - 1})
    EXPECT_EQ(whole_score(static_cast<double>(n)), std::optional{n});
}

TEST(ForeignScore, TheNoiseOfSumsIsWhole) {
  EXPECT_EQ(whole_score(1000009.9999999999), std::optional<std::int64_t>{1'000'010});
  double sum = 0;
  for (int i = 0; i < 100; ++i)
    sum += 0.1;
  ASSERT_NE(sum, 10.0);
  EXPECT_EQ(whole_score(sum), std::optional<std::int64_t>{10});
  EXPECT_EQ(whole_score(-1e-12), std::optional<std::int64_t>{0});
}

TEST(ForeignScore, FractionsNegativesAndWhatIsTooHighAreNoScores) {
  for (const double n : {7.5, 0.1, -1.0, -0.5, 9007199254740992.0, 1e300, infinity, -infinity,
                         std::numeric_limits<double>::quiet_NaN()})
    EXPECT_FALSE(whole_score(n)) << n;
}

TEST(ForeignScore, TextIsReadAsTheNumberItShows) {
  EXPECT_EQ(whole_score("19"), std::optional<std::int64_t>{19});
  EXPECT_EQ(whole_score("15.0"), std::optional<std::int64_t>{15});
  EXPECT_EQ(whole_score("1.5e1"), std::optional<std::int64_t>{15});
  EXPECT_EQ(whole_score("9007199254740991"), std::optional{score_limit - 1});
  for (const auto* text : {"", "x", "7x", " 7", "7.5", "inf", "-inf", "nan", "-7", "0x7", "1e30",
                           "9007199254740992", "7,0"})
    EXPECT_FALSE(whole_score(std::string_view{text})) << text;
}

TEST(ForeignScore, WhatIsShownIsAlwaysInRange) {
  EXPECT_EQ(shown_score(7.9), 7);
  EXPECT_EQ(shown_score(1000009.9999999999), 1'000'010);
  EXPECT_EQ(shown_score(-3), 0);
  EXPECT_EQ(shown_score(-infinity), 0);
  EXPECT_EQ(shown_score(infinity), score_limit - 1);
  EXPECT_EQ(shown_score(1e300), score_limit - 1);
  EXPECT_EQ(shown_score(std::numeric_limits<double>::quiet_NaN()), 0);
}

} // namespace
} // namespace standings
