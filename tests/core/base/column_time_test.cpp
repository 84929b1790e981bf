#include "core/base/column_time.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

const sys_time now = parse_iso8601("2026-11-26T12:00:00Z").value();

template <class... Values>
time_census census_of(const Values&... values) {
  time_census out{now};
  (out.add(values), ...);
  return out;
}

std::string format_of(const time_census& census) {
  const auto format = census.format();
  return format ? to_string(*format) : "none";
}

std::string format_of_texts(std::initializer_list<std::string_view> texts) {
  time_census out{now};
  for (const auto text : texts)
    out.add(text);
  return format_of(out);
}

constexpr std::int64_t at_seconds = 1'764'144'000;

TEST(ColumnTime, TellsTheUnitOfNumbersByAllOfThem) {
  EXPECT_EQ(format_of(census_of(at_seconds, at_seconds - 5)), "integer:seconds");
  EXPECT_EQ(format_of(census_of(at_seconds * 1'000)), "integer:milliseconds");
  EXPECT_EQ(format_of(census_of(at_seconds * 1'000'000)), "integer:microseconds");
  EXPECT_EQ(format_of(census_of(at_seconds * 1'000'000'000)), "integer:nanoseconds");
  EXPECT_EQ(format_of(census_of(1'764'144'000.25, 1'764'144'001.0)), "real:seconds");
  EXPECT_EQ(format_of_texts({"1764144000", "1764144001"}), "integer:seconds");
}

TEST(ColumnTime, NeverGuessesWhereRowsDisagree) {
  for (const auto& census : {census_of(at_seconds, at_seconds * 1'000),
                             census_of(at_seconds, std::string_view{"2026-11-26 08:00:00"}),
                             census_of(std::string_view{"2026-11-26"},
                                       std::string_view{"Thu, 26 Nov 2026 08:00:00 GMT"})}) {
    EXPECT_EQ(format_of(census), "none");
    EXPECT_EQ(census.forms().size(), 2U);
  }
}

TEST(ColumnTime, CountsNullsZeroValuesAndTimesAheadApart) {
  auto census =
      census_of(at_seconds, std::int64_t{0}, std::int64_t{-62'135'596'800}, at_seconds * 2);
  census.add_null();
  EXPECT_EQ(census.nulls(), 1U);
  EXPECT_EQ(census.zeros(), 2U);
  EXPECT_EQ(census.ahead(), 1U);
  EXPECT_EQ(format_of(census), "integer:seconds");
  EXPECT_EQ(format_of_texts({"0001-01-01T00:00:00Z", "2026-11-26T08:00:00Z"}), "iso:T:0:Z");
}

TEST(ColumnTime, SaysWhatItCannotRead) {
  const auto census = census_of(std::string_view{"soon"}, std::string_view{"11/26/2026"},
                                std::string_view{"2026-11-26 08:00:00"});
  EXPECT_EQ(census.unreadable().rows, 2U);
  EXPECT_EQ(census.unreadable().examples, (std::vector<std::string>{"soon", "11/26/2026"}));
  EXPECT_EQ(format_of(census), "none");
}

TEST(ColumnTime, WritesAsTheApplicationDoes) {
  EXPECT_EQ(format_of_texts({"2026-11-26 08:00:00.000000"}), "iso: :6:");
  EXPECT_EQ(format_of_texts({"2026-11-26T08:00:00.123Z"}), "iso:T:3:Z");
  EXPECT_EQ(format_of_texts({"2026-11-26 09:00:00.123456789+01:00"}), "iso: :6:+00:00");
  EXPECT_EQ(format_of_texts({"2026-11-26 08:00:00.25 +0000 UTC"}), "iso: :3: +0000 UTC");
  EXPECT_EQ(format_of_texts({"2026-11-26 08:00:00+00"}), "iso: :0:+00");
  EXPECT_EQ(format_of_texts({"2026-11-26"}), "day");
  EXPECT_EQ(format_of_texts({"Thu, 26 Nov 2026 08:00:00 GMT"}), "rfc822");
}

TEST(ColumnTime, IsKeptAsText) {
  for (const auto* text : {"native", "naive", "date", "integer:nanoseconds", "real:seconds",
                           "iso: :6: +0000 UTC", "iso:T:0:", "day", "rfc822"}) {
    const auto format = parse_column_time(text);
    ASSERT_TRUE(format) << text;
    EXPECT_EQ(to_string(*format), text);
  }
  for (const auto* text : {"", "time", "integer", "integer:hours", "iso:T", "iso:T:x:"})
    EXPECT_FALSE(parse_column_time(text)) << text;
}

} // namespace
} // namespace standings
