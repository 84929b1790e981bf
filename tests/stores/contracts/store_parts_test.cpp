#include "app/backends.hpp"
#include "core/leaderboard/period_window.hpp"
#include "stores/contracts/generation.hpp"
#include "stores/memory/tombstones.hpp"
#include "tests/support/store_times.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <set>

namespace standings {
namespace {

using test::at;

TEST(Tombstones, CoverVersionsUpToTheRemoval) {
  tombstones t;
  EXPECT_FALSE(t.covers("anna", 1));
  t.add("anna", 5);
  EXPECT_TRUE(t.covers("anna", 5));
  EXPECT_FALSE(t.covers("anna", 6));
  EXPECT_FALSE(t.covers("ben", 1));
}

TEST(Tombstones, KeepTheNewestRemovalOfAUser) {
  tombstones t;
  t.add("anna", 10);
  t.add("anna", 5);
  EXPECT_TRUE(t.covers("anna", 10));
  t.add("anna", 12);
  EXPECT_TRUE(t.covers("anna", 12));
}

TEST(Tombstones, ForgetTheOldestBeyondTheirCapacity) {
  tombstones t{3};
  for (const auto* id : {"a", "b", "c", "d"})
    t.add(id, 1);
  EXPECT_FALSE(t.covers("a", 1));
  for (const auto* id : {"b", "c", "d"})
    EXPECT_TRUE(t.covers(id, 1)) << id;
}

TEST(Tombstones, RememberAUserRemovedAgainFromThen) {
  tombstones t{3};
  for (const auto* id : {"a", "b", "c"})
    t.add(id, 1);
  t.add("a", 2);
  t.add("d", 3);
  EXPECT_TRUE(t.covers("a", 2));
}

TEST(PeriodWindow, GivesTheLaterOfCalendarAndRecordedStart) {
  period_window window{calendar{}};
  const auto now = at("2026-11-20T12:00:00Z");
  period_starts recorded{};
  recorded[index_of(period::daily)] = at("2026-11-20T08:00:00Z");
  recorded[index_of(period::weekly)] = at("2026-11-10T00:00:00Z");
  const auto starts = window.starts(now, recorded);
  EXPECT_EQ(starts[0], at("2026-11-20T08:00:00Z"));
  EXPECT_EQ(starts[1], at("2026-11-16T00:00:00Z"));
  EXPECT_EQ(starts[2], at("2026-11-01T00:00:00Z"));
}

TEST(PeriodWindow, FollowsTheTimeInBothDirections) {
  period_window window{calendar{}};
  for (const auto* day : {"2026-11-20", "2026-11-21", "2027-01-01", "2026-11-20"}) {
    const auto midnight = at(std::string{day} + "T00:00:00Z");
    for (const auto now : {midnight, midnight + std::chrono::hours{23}}) {
      EXPECT_EQ(window.starts(now, {}), calendar{}.starts(now)) << day;
      EXPECT_EQ(window.next_boundary(now), calendar{}.next_boundary(now)) << day;
    }
  }
}

TEST(PeriodWindow, WithoutACalendarKnowsOnlyRecordedStarts) {
  period_window window{std::nullopt};
  const auto now = at("2026-11-20T12:00:00Z");
  period_starts recorded{};
  recorded[3] = now;
  EXPECT_EQ(window.starts(now, recorded), recorded);
  EXPECT_GT(window.next_boundary(now), at("9999-01-01T00:00:00Z"));
}

TEST(Generation, IsNewEachTime) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(seen.insert(new_generation()).second);
  EXPECT_EQ(seen.begin()->size(), 36U);
}

class Backends : public testing::Test {
protected:
  Backends() { settings.data_dir = dir.path().string(); }

  test::temp_dir dir;
  config settings;
};

TEST_F(Backends, PutARelativeDatabaseUnderTheDataDirectory) {
  settings.database.path = "my.db";
  const auto made = make_backends(settings).value();
  EXPECT_FALSE(std::filesystem::exists(dir / "my.db")); // only once it is opened
  ASSERT_TRUE(made.open_store());
  EXPECT_TRUE(std::filesystem::exists(dir / "my.db"));
}

TEST_F(Backends, PutAnAbsoluteDatabaseWhereItSays) {
  const test::temp_dir other;
  settings.database.path = other / "my.db";
  ASSERT_TRUE(make_backends(settings).value().open_store());
  EXPECT_TRUE(std::filesystem::exists(other / "my.db"));
}

TEST_F(Backends, RefuseZonesAndWeekdaysThatDoNotExist) {
  settings.leaderboard.time_zone = "Europe/Nowhere";
  EXPECT_EQ(make_backends(settings).error().code, errc::out_of_range);
  settings.leaderboard.time_zone = "UTC";
  settings.leaderboard.week_start = "someday";
  EXPECT_EQ(make_backends(settings).error().code, errc::out_of_range);
}

TEST_F(Backends, StartPeriodsByTheCalendarUnlessRolloverIsOff) {
  auto now = at("2026-03-10T12:00:00Z");
  const auto daily_after_a_day = [&] {
    const auto open = [&] {
      return make_backends(settings, [&] { return now; }).value().open_store().value();
    };
    EXPECT_TRUE(open()->apply(std::vector<score_update>{{"anna", 5, {}}}));
    now += std::chrono::hours{24};
    return open()->find("anna").value()->score[0]; // by a service that was started in the meantime
  };
  EXPECT_EQ(daily_after_a_day(), 0);
  settings.leaderboard.rollover = rollover_mode::off;
  settings.database.path = "other.db";
  EXPECT_EQ(daily_after_a_day(), 5);
}

TEST_F(Backends, OpenAsManyConnectionsAsAsked) {
  const auto made = make_backends(settings).value();
  const std::unique_ptr<score_store> first = made.open_store().value();
  const std::unique_ptr<score_store> second = made.open_store().value();
  ASSERT_TRUE(first->apply(std::vector<score_update>{{"anna", 5, {}}}));
  EXPECT_EQ(second->find("anna").value()->score[0], 5);
}

} // namespace
} // namespace standings
