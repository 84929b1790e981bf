#include "core/base/foreign_time.hpp"

#include <date/date.h>
#include <gtest/gtest.h>

#include <limits>

namespace standings {
namespace {

using namespace std::chrono_literals;

sys_time morning() {
  return date::sys_days{date::year{2026} / 11 / 26} + 8h;
}

class ReadableTime : public ::testing::TestWithParam<const char*> {};

TEST_P(ReadableTime, MeansTheSameInstant) {
  const auto read = parse_foreign_time(GetParam());
  ASSERT_TRUE(read) << GetParam();
  EXPECT_EQ(to_iso8601(read->at), to_iso8601(morning())) << GetParam();
  EXPECT_FALSE(read->whole_day);
}

INSTANTIATE_TEST_SUITE_P(
    Iso, ReadableTime,
    ::testing::Values("2026-11-26T08:00:00.000000Z", "2026-11-26T08:00:00Z", "2026-11-26t08:00:00z",
                      "2026-11-26T08:00Z", "2026-11-26T08:00", "2026-11-26 08:00",
                      "2026-11-26 08:00:00", "2026-11-26 08:00:00.0", "2026-11-26T08:00:00,000Z",
                      "2026-11-26T08:00:00.000000000Z", "2026-11-26T08:00:00+00",
                      "2026-11-26 08:00:00+00", "2026-11-26 08:00:00.000+00:00",
                      "2026-11-26T03:00:00-05:00", "2026-11-26T13:30:00+05:30",
                      "2026-11-26T13:00:00+05", "2026-11-26T13:00:00+0500",
                      "2026-11-26 13:30:00+05:30:00", "2026-11-27T01:00+17:00",
                      "2026-11-25T24:00:00-08:00", "20261126T080000Z", "20261126T0800",
                      "  2026-11-26T08:00:00Z\n"));
INSTANTIATE_TEST_SUITE_P(
    Languages, ReadableTime,
    ::testing::Values("2026-11-26 08:00:00 +0000 UTC", "2026-11-26 09:00:00.0 +0100 CET m=+0.0031",
                      "2026-11-26 08:00:00 UTC", "2026-11-26 08:00:00 +0000",
                      "2026-11-26T09:00:00+01:00[Europe/Paris]", "2026-11-26T08:00:00Z[UTC]",
                      "Thu, 26 Nov 2026 08:00:00 GMT", "Thu, 26 Nov 2026 08:00:00 +0000",
                      "26 Nov 2026 08:00 UT", "Thu, 26 Nov 2026 03:00:00 EST",
                      "Thu Nov 26 08:00:00 2026", "Thu Nov 26 08:00:00 UTC 2026",
                      "Thu Nov 26 09:00:00 +0100 2026", "Thursday, 26-Nov-26 08:00:00 UTC",
                      "Thu Nov 26 2026 09:00:00 GMT+0100 (Central European Standard Time)"));
INSTANTIATE_TEST_SUITE_P(Numbers, ReadableTime,
                         ::testing::Values("1795680000", "1795680000.0", "1795680000000",
                                           "1795680000000000", "1795680000000000000",
                                           "1795680000000.0"));

class UnreadableTime : public ::testing::TestWithParam<const char*> {};

TEST_P(UnreadableTime, IsNotGuessed) {
  EXPECT_FALSE(parse_foreign_time(GetParam())) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(
    Texts, UnreadableTime,
    ::testing::Values("", " ", "yesterday", "None", "null", "NaN", "inf", "infinity", "-infinity",
                      "11/26/2026 08:00:00", "26/11/2026", "26.11.2026", "2026-13-01T00:00:00Z",
                      "2026-02-29T00:00:00Z", "2026-11-26T25:00:00Z", "2026-11-26T08:60:00Z",
                      "2026-11-26T24:00:01Z", "2026-11-26T08:00:00.Z", "2026-11-26T08:00:00+",
                      "2026-11-26T08:00:00+25:00", "2026-11-26T08:00:00 CEST", "2026-11-26T",
                      "2026-11-26T08", "2026-11-26X08:00:00Z", "Thu, 26 Nov 2026",
                      "26 Nov 26 Nov 2026 08:00:00", "0x6926b400", "1e400"));

TEST(ForeignTime, KeepsSixDigitsOfAFraction) {
  EXPECT_EQ(parse_foreign_time("2026-11-26T08:00:00.123456789Z")->at, morning() + 123456us);
  EXPECT_EQ(parse_foreign_time("2026-11-26T08:00:00.5Z")->at, morning() + 500ms);
  EXPECT_EQ(parse_foreign_time("1795680000.25")->at, morning() + 250ms);
}

TEST(ForeignTime, ADateIsNotOlderThanItsLastInstant) {
  const auto read = parse_foreign_time("2026-11-26");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->whole_day);
  EXPECT_EQ(read->at, morning() - 8h);
  EXPECT_EQ(read->latest(), morning() + 16h - 1us);
}

TEST(ForeignTime, NumbersTellTheirUnitBySize) {
  const std::int64_t seconds = 1'795'680'000;
  for (const std::int64_t unit : {1, 1'000, 1'000'000, 1'000'000'000})
    EXPECT_EQ(time_since_epoch(seconds * unit), morning()) << unit;
  EXPECT_EQ(time_since_epoch(-1.5), from_micros(-1'500'000));
  EXPECT_EQ(time_since_epoch(1795680000.123456), morning() + 123456us);
}

TEST(ForeignTime, NumbersWithoutMeaningAreRefused) {
  EXPECT_FALSE(time_since_epoch(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_FALSE(time_since_epoch(std::numeric_limits<double>::infinity()));
  EXPECT_FALSE(time_since_epoch(1e300));
  EXPECT_FALSE(time_since_epoch(std::numeric_limits<std::int64_t>::min()));
}

TEST(ForeignTime, ZeroValuesAreNoTimesOfScores) {
  EXPECT_FALSE(is_plausible_score_time(from_micros(0)));
  EXPECT_FALSE(is_plausible_score_time(parse_foreign_time("0001-01-01T00:00:00Z")->at));
  EXPECT_TRUE(is_plausible_score_time(morning()));
}

} // namespace
} // namespace standings
