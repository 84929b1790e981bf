#include "core/base/time.hpp"

#include <date/date.h>
#include <gtest/gtest.h>

namespace standings {
namespace {

using namespace std::chrono_literals;
using date::sys_days;

sys_time day(int y, unsigned m, unsigned d) {
  return sys_days{date::year{y} / date::month{m} / date::day{d}};
}

TEST(Iso8601, ShowsMicrosecondsInUtc) {
  EXPECT_EQ(to_iso8601(day(2026, 1, 31) + 9h + 30min), "2026-01-31T09:30:00.000000Z");
  EXPECT_EQ(to_iso8601(day(2026, 1, 31) + 1us), "2026-01-31T00:00:00.000001Z");
  EXPECT_EQ(to_iso8601(day(1970, 1, 1)), "1970-01-01T00:00:00.000000Z");
}

TEST(Iso8601, KeepsTheLastInstantOfADayInThatDay) {
  EXPECT_EQ(to_iso8601(day(2027, 1, 1) - 1us), "2026-12-31T23:59:59.999999Z");
  EXPECT_EQ(to_iso8601(day(2028, 3, 1) - 1us), "2028-02-29T23:59:59.999999Z");
}

TEST(Iso8601, GoesBackBeyond1970) {
  EXPECT_EQ(to_iso8601(from_micros(-1)), "1969-12-31T23:59:59.999999Z");
}

TEST(Iso8601, IsAppendedToWhatIsThere) {
  std::string text = "at ";
  append_iso8601(text, day(2026, 11, 20) + 12h + 34min + 56s + 789us);
  EXPECT_EQ(text, "at 2026-11-20T12:34:56.000789Z");
}

TEST(Iso8601, SortsAsTheTimesDo) {
  EXPECT_LT(to_iso8601(day(2026, 9, 30)), to_iso8601(day(2026, 10, 1)));
  EXPECT_LT(to_iso8601(day(2026, 9, 30) + 9s), to_iso8601(day(2026, 9, 30) + 10s));
}

TEST(Micros, RoundTrip) {
  const auto t = day(2026, 11, 20) + 123456us;
  EXPECT_EQ(from_micros(to_micros(t)), t);
  EXPECT_EQ(to_micros(day(1970, 1, 2)), 86'400'000'000);
}

TEST(SystemNow, IsTheProcessesClock) {
  const auto before = std::chrono::system_clock::now() - 1us;
  const auto now = system_now();
  EXPECT_LE(before, now);
  EXPECT_LE(now, std::chrono::system_clock::now());
}

} // namespace
} // namespace standings
