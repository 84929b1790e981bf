#include "core/leaderboard/calendar.hpp"
#include "tests/support/store_times.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using namespace std::chrono_literals;
using test::at;

calendar in(const std::string& zone, const std::string& week_start = "monday") {
  return calendar::make(zone, week_start).value();
}

void expect_period(const calendar& c, period p, const std::string& t, const std::string& start,
                   const std::string& next) {
  EXPECT_EQ(to_iso8601(c.start(p, at(t))), to_iso8601(at(start))) << to_string(p) << " at " << t;
  EXPECT_EQ(to_iso8601(c.next(p, at(t))), to_iso8601(at(next))) << to_string(p) << " at " << t;
}

TEST(Calendar, IsUtcWithWeeksFromMondayUnlessToldOtherwise) {
  const calendar c;
  const auto friday = "2026-11-20T12:00:00Z";
  expect_period(c, period::daily, friday, "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z");
  expect_period(c, period::weekly, friday, "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z");
  expect_period(c, period::monthly, friday, "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z");
  expect_period(c, period::yearly, friday, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
}

TEST(Calendar, StartsAPeriodWithItsFirstInstant) {
  const calendar c;
  const auto midnight = "2026-11-20T00:00:00Z";
  expect_period(c, period::daily, midnight, midnight, "2026-11-21T00:00:00Z");
  expect_period(c, period::daily, "2026-11-19T23:59:59.999999Z", "2026-11-19T00:00:00Z", midnight);
  expect_period(c, period::yearly, "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z",
                "2027-01-01T00:00:00Z");
}

TEST(Calendar, StartsWeeksOnTheConfiguredWeekday) {
  const std::pair<const char*, const char*> expected[] = {
      {"saturday", "2026-11-14"}, {"sunday", "2026-11-15"},    {"monday", "2026-11-16"},
      {"tuesday", "2026-11-17"},  {"wednesday", "2026-11-18"}, {"thursday", "2026-11-19"},
      {"friday", "2026-11-20"}};
  for (const auto& [weekday, first] : expected) {
    const auto start = at(std::string{first} + "T00:00:00Z");
    const auto c = in("UTC", weekday);
    EXPECT_EQ(c.start(period::weekly, at("2026-11-20T12:00:00Z")), start) << weekday;
    EXPECT_EQ(c.start(period::weekly, start), start) << weekday;
    EXPECT_EQ(c.next(period::weekly, start), start + 7 * 24h) << weekday;
    EXPECT_EQ(c.next(period::weekly, start - 1us), start) << weekday;
  }
}

TEST(Calendar, EndsDayMonthAndYearTogetherButNotTheWeek) {
  const calendar c;
  const auto last = "2026-12-31T23:59:59.999999Z"; // a Thursday
  expect_period(c, period::daily, last, "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z");
  expect_period(c, period::weekly, last, "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z");
  expect_period(c, period::monthly, last, "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z");
  expect_period(c, period::yearly, last, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
}

TEST(Calendar, KnowsLeapDays) {
  const calendar c;
  expect_period(c, period::daily, "2028-02-29T12:00:00Z", "2028-02-29T00:00:00Z",
                "2028-03-01T00:00:00Z");
  expect_period(c, period::monthly, "2028-02-29T12:00:00Z", "2028-02-01T00:00:00Z",
                "2028-03-01T00:00:00Z");
  expect_period(c, period::yearly, "2028-02-29T12:00:00Z", "2028-01-01T00:00:00Z",
                "2029-01-01T00:00:00Z");
  expect_period(c, period::daily, "2100-02-28T12:00:00Z", "2100-02-28T00:00:00Z",
                "2100-03-01T00:00:00Z");
}

TEST(Calendar, StartsDaysAtLocalMidnight) {
  expect_period(in("Europe/Berlin"), period::daily, "2026-01-15T22:59:59Z", "2026-01-14T23:00:00Z",
                "2026-01-15T23:00:00Z");
  expect_period(in("Asia/Kathmandu"), period::daily, "2026-01-15T18:15:00Z", "2026-01-15T18:15:00Z",
                "2026-01-16T18:15:00Z");
  expect_period(in("America/Los_Angeles"), period::yearly, "2026-01-01T07:59:59Z",
                "2025-01-01T08:00:00Z", "2026-01-01T08:00:00Z");
}

TEST(Calendar, FollowsDaylightSavingInBothDirections) {
  const auto berlin = in("Europe/Berlin");
  expect_period(berlin, period::daily, "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z",
                "2026-03-29T22:00:00Z"); // 23 hours
  expect_period(berlin, period::daily, "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z",
                "2026-10-25T23:00:00Z"); // 25 hours
  expect_period(berlin, period::monthly, "2026-03-30T12:00:00Z", "2026-02-28T23:00:00Z",
                "2026-03-31T22:00:00Z");
  expect_period(berlin, period::weekly, "2026-10-25T12:00:00Z", "2026-10-18T22:00:00Z",
                "2026-10-25T23:00:00Z");
}

TEST(Calendar, StartsADayWithoutMidnightAtItsFirstInstant) {
  const auto sao_paulo = in("America/Sao_Paulo"); // 00:00 became 01:00 on 2018-11-04
  expect_period(sao_paulo, period::daily, "2018-11-04T12:00:00Z", "2018-11-04T03:00:00Z",
                "2018-11-05T02:00:00Z");
  expect_period(sao_paulo, period::daily, "2018-11-04T02:59:59Z", "2018-11-03T03:00:00Z",
                "2018-11-04T03:00:00Z");
  expect_period(in("America/Sao_Paulo", "sunday"), period::weekly, "2018-11-07T12:00:00Z",
                "2018-11-04T03:00:00Z", "2018-11-11T02:00:00Z");
}

TEST(Calendar, KeepsTheHourThatComesTwiceBeforeMidnightInItsDay) {
  expect_period(in("America/Sao_Paulo"), period::daily, "2018-02-18T02:30:00Z",
                "2018-02-17T02:00:00Z", "2018-02-18T03:00:00Z"); // 00:00 became 23:00
}

TEST(Calendar, StartsADayWithTwoMidnightsAtTheFirst) {
  expect_period(in("America/Havana"), period::daily, "2026-11-01T05:30:00Z", "2026-11-01T04:00:00Z",
                "2026-11-02T05:00:00Z"); // 01:00 becomes 00:00
}

TEST(Calendar, DoesNotGoBackToADayThatTheClockGoesBackTo) {
  // in 2006 Newfoundland's clocks went from 00:01 back to 23:01 of the day before
  const auto newfoundland = in("America/St_Johns");
  for (const auto* t : {"2006-10-29T02:30:30Z", "2006-10-29T02:45:00Z", "2006-10-29T03:45:00Z"})
    expect_period(newfoundland, period::daily, t, "2006-10-29T02:30:00Z", "2006-10-30T03:30:00Z");
}

TEST(Calendar, PassesOverADayThatAZoneSkips) {
  const auto apia = in("Pacific/Apia"); // had no 2011-12-30
  expect_period(apia, period::daily, "2011-12-30T09:00:00Z", "2011-12-29T10:00:00Z",
                "2011-12-30T10:00:00Z");
  expect_period(apia, period::daily, "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z",
                "2011-12-31T10:00:00Z");
}

TEST(Calendar, GivesAllStartsAndTheEarliestBoundary) {
  const auto c = in("Europe/Berlin", "sunday");
  const auto t = at("2026-12-31T12:00:00Z");
  const auto starts = c.starts(t);
  for (auto p : all_periods)
    EXPECT_EQ(starts[index_of(p)], c.start(p, t));
  EXPECT_EQ(c.next_boundary(t), at("2026-12-31T23:00:00Z"));
}

TEST(Calendar, RefusesZonesThatDoNotExist) {
  for (const auto* zone : {"", "Europe/Nowhere", "europe/berlin ", "../../etc/passwd"}) {
    const auto made = calendar::make(zone, "monday");
    ASSERT_FALSE(made) << zone;
    EXPECT_EQ(made.error().code, errc::out_of_range);
    EXPECT_EQ(made.error().field, "time_zone");
  }
}

TEST(Calendar, RefusesWeekdaysThatDoNotExist) {
  for (const auto* day : {"", "Monday", "mon", "someday", "monday "}) {
    const auto made = calendar::make("UTC", day);
    ASSERT_FALSE(made) << day;
    EXPECT_EQ(made.error().code, errc::out_of_range);
    EXPECT_EQ(made.error().field, "week_start");
  }
}

} // namespace
} // namespace standings
