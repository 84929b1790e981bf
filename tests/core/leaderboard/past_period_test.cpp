#include "core/leaderboard/past_period.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

sys_time at(const char* iso) {
  return parse_iso8601(iso).value();
}

const std::optional<calendar> berlin = calendar::make("Europe/Berlin", "monday").value();

TEST(EndedPeriods, IsTheOneBetweenTwoNeighbouringStarts) {
  const std::vector<period_span> one{{at("2026-11-25T23:00:00Z"), at("2026-11-26T23:00:00Z")}};
  EXPECT_EQ(ended_periods(berlin, period::daily, one[0].from, one[0].to, 4), one);
}

TEST(EndedPeriods, IsNoneWhileThePeriodGoesOn) {
  const auto start = at("2026-11-25T23:00:00Z");
  EXPECT_TRUE(ended_periods(berlin, period::daily, start, start, 4).empty());
  EXPECT_TRUE(
      ended_periods(berlin, period::daily, start, start - std::chrono::seconds{1}, 4).empty());
}

TEST(EndedPeriods, AreAllThatNobodyHasNoticedOldestFirst) {
  const auto spans = ended_periods(berlin, period::monthly, at("2026-01-31T23:00:00Z"),
                                   at("2026-04-30T22:00:00Z"), 9);
  const std::vector<period_span> expected{
      {at("2026-01-31T23:00:00Z"), at("2026-02-28T23:00:00Z")},
      {at("2026-02-28T23:00:00Z"), at("2026-03-31T22:00:00Z")}, // summer time has begun
      {at("2026-03-31T22:00:00Z"), at("2026-04-30T22:00:00Z")}};
  EXPECT_EQ(spans, expected);
}

TEST(EndedPeriods, AreAtMostSoManyOfTheLast) {
  const auto spans = ended_periods(berlin, period::yearly, at("2000-12-31T23:00:00Z"),
                                   at("2026-12-31T23:00:00Z"), 2);
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[0].from, at("2024-12-31T23:00:00Z"));
  EXPECT_EQ(spans[1].to, at("2026-12-31T23:00:00Z"));
  EXPECT_TRUE(ended_periods(berlin, period::yearly, sys_time{}, spans[1].to, 0).empty());
}

TEST(EndedPeriods, BeginAndEndWithAReset) {
  const auto morning = at("2026-11-26T08:00:00Z");
  const auto noon = at("2026-11-26T11:00:00Z");
  const auto midnight = at("2026-11-26T23:00:00Z");
  EXPECT_EQ(ended_periods(berlin, period::daily, morning, noon, 4),
            (std::vector<period_span>{{morning, noon}}));
  EXPECT_EQ(ended_periods(berlin, period::daily, noon, midnight, 4),
            (std::vector<period_span>{{noon, midnight}}));
}

TEST(EndedPeriods, EndOnlyWithAResetWithoutACalendar) {
  const auto noon = at("2026-11-26T11:00:00Z");
  EXPECT_EQ(ended_periods(std::nullopt, period::daily, sys_time{}, noon, 4),
            (std::vector<period_span>{{sys_time{}, noon}}));
}

} // namespace
} // namespace standings
