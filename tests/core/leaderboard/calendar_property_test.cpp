#include "core/leaderboard/calendar.hpp"

#include <date/tz.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace standings {
namespace {

using namespace std::chrono_literals;

/// Zones with every known peculiarity: skipped and doubled midnights, half-hour daylight saving, a
/// skipped day, clocks going back across midnight.
class CalendarIn : public testing::TestWithParam<const char*> {
protected:
  /// A time from 1975 to 2038, half of them within hours of a change of the clocks.
  sys_time random_time() {
    constexpr std::int64_t from = 157'766'400'000'000;
    constexpr std::int64_t to = 2'145'916'800'000'000;
    const auto any = from_micros(std::uniform_int_distribution{from, to}(random_));
    const auto change = date::locate_zone(GetParam())->get_info(any).begin;
    if (change < date::sys_seconds{} || random_() % 2 == 0)
      return any;
    return change + std::chrono::seconds{std::uniform_int_distribution{-100'000, 100'000}(random_)};
  }

  std::mt19937_64 random_{42};
};

TEST_P(CalendarIn, PeriodsHoldTheirTimesAndFollowEachOther) {
  const auto c = calendar::make(GetParam(), "wednesday").value();
  for (int i = 0; i < 5'000; ++i) {
    const auto t = random_time();
    for (auto p : all_periods) {
      const auto start = c.start(p, t);
      const auto next = c.next(p, t);
      ASSERT_LE(start, t) << to_string(p) << ' ' << to_iso8601(t);
      ASSERT_LT(t, next) << to_string(p) << ' ' << to_iso8601(t);
      ASSERT_EQ(c.start(p, start), start) << to_string(p) << ' ' << to_iso8601(t);
      ASSERT_EQ(c.next(p, start), next) << to_string(p) << ' ' << to_iso8601(t);
      ASSERT_EQ(c.start(p, next - 1us), start) << to_string(p) << ' ' << to_iso8601(t);
      ASSERT_EQ(c.start(p, next), next) << to_string(p) << ' ' << to_iso8601(t);
    }
  }
}

TEST_P(CalendarIn, StartsNeverGoBack) {
  const auto c = calendar::make(GetParam(), "monday").value();
  for (int i = 0; i < 5'000; ++i) {
    const auto t = random_time();
    const auto later = t + std::chrono::minutes{random_() % 300};
    for (auto p : all_periods)
      ASSERT_LE(c.start(p, t), c.start(p, later)) << to_string(p) << ' ' << to_iso8601(t);
  }
}

TEST_P(CalendarIn, TheNextBoundaryIsTheEarliestOfAll) {
  const auto c = calendar::make(GetParam(), "sunday").value();
  for (int i = 0; i < 2'000; ++i) {
    const auto t = random_time();
    auto earliest = sys_time::max();
    for (auto p : all_periods)
      earliest = std::min(earliest, c.next(p, t));
    ASSERT_EQ(c.next_boundary(t), earliest) << to_iso8601(t);
  }
}

INSTANTIATE_TEST_SUITE_P(Zones, CalendarIn,
                         testing::Values("UTC", "Europe/Berlin", "America/Sao_Paulo",
                                         "America/St_Johns", "America/Havana", "Asia/Beirut",
                                         "Pacific/Apia", "Australia/Lord_Howe", "Asia/Gaza"));

} // namespace
} // namespace standings
