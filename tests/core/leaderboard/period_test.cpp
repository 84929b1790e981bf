#include "core/leaderboard/period.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

TEST(Period, NamesAndValuesMatchTheOrderOfBoards) {
  EXPECT_EQ(to_string(period::daily), "daily");
  EXPECT_EQ(to_string(period::weekly), "weekly");
  EXPECT_EQ(to_string(period::monthly), "monthly");
  EXPECT_EQ(to_string(period::yearly), "yearly");
  for (std::size_t i = 0; i < period_count; ++i)
    EXPECT_EQ(index_of(all_periods[i]), i);
}

TEST(Period, IsParsedFromItsOwnNameOnly) {
  for (auto p : all_periods)
    EXPECT_EQ(parse_period(to_string(p)), p);
  for (const auto* text : {"", "Daily", "daily ", " daily", "dail", "dailyy", "hourly", "0"})
    EXPECT_EQ(parse_period(text), std::nullopt) << '"' << text << '"';
}

} // namespace
} // namespace standings
