#include "tests/support/score_store_suite.hpp"

namespace standings {
namespace {

using namespace std::chrono_literals;
using test::at;

/// Periods by the calendar: only where the database's clock can be set.
class ScoreStoreClock : public test::score_store_clock_suite {
protected:
  void SetUp() override {
    score_store_clock_suite::SetUp();
    if (!IsSkipped())
      use(calendar{});
  }
};
STANDINGS_OVER_SCORE_STORES(ScoreStoreClock);

TEST_P(ScoreStoreClock, ADayEndsAtMidnightAndNothingElseDoes) {
  harness->set_time(at("2026-03-10T23:59:59Z")); // a Tuesday
  add("anna", 5);
  EXPECT_EQ(get("anna").score, (scores{5, 5, 5, 5}));
  harness->set_time(at("2026-03-11T00:00:01Z"));
  EXPECT_EQ(get("anna").score, (scores{0, 5, 5, 5}));
  EXPECT_EQ(store->top(period::daily, 0, 1).value().entries.at(0).score, 0);
  EXPECT_EQ(everyone().at(0).score, (scores{0, 5, 5, 5}));
  EXPECT_EQ(add("anna", 2).user.score, (scores{2, 7, 7, 7}));
}

TEST_P(ScoreStoreClock, TheFirstWriteAfterABoundaryStartsFromZero) {
  harness->set_time(at("2026-03-10T23:59:59Z"));
  add("anna", 5);
  harness->set_time(at("2026-03-11T00:00:01Z"));
  EXPECT_EQ(add("anna", 2).user.score, (scores{2, 7, 7, 7})); // with no read before it
}

TEST_P(ScoreStoreClock, WeekMonthAndYearEndOnTheirOwn) {
  harness->set_time(at("2026-03-15T23:59:59Z")); // a Sunday
  add("week", 5);
  harness->set_time(at("2026-03-16T00:00:00Z"));
  EXPECT_EQ(get("week").score, (scores{0, 0, 5, 5}));
  harness->set_time(at("2026-03-31T23:59:59Z")); // a Tuesday
  add("month", 5);
  harness->set_time(at("2026-04-01T00:00:00Z"));
  EXPECT_EQ(get("month").score, (scores{0, 5, 0, 5}));
  harness->set_time(at("2026-12-31T23:59:59Z")); // a Thursday
  add("year", 5);
  harness->set_time(at("2027-01-01T00:00:00Z"));
  EXPECT_EQ(get("year").score, (scores{0, 5, 0, 0}));
}

TEST_P(ScoreStoreClock, AWriteInTheFirstInstantOfAPeriodCountsInIt) {
  harness->set_time(at("2026-03-10T12:00:00Z"));
  add("anna", 5);
  harness->set_time(at("2026-03-11T00:00:00Z"));
  EXPECT_EQ(add("anna", 2).user.updated_at, at("2026-03-11T00:00:00Z"));
  EXPECT_EQ(get("anna").score, (scores{2, 7, 7, 7}));
}

TEST_P(ScoreStoreClock, AfterALongTimeEverythingHasExpired) {
  harness->set_time(at("2026-03-10T12:00:00Z"));
  add("anna", 5);
  harness->set_time(at("2029-07-01T12:00:00Z"));
  EXPECT_EQ(get("anna").score, (scores{0, 0, 0, 0}));
  EXPECT_EQ(store->tidy(10).value(), 1U);
  EXPECT_EQ(add("anna", 1).user.score, (scores{1, 1, 1, 1}));
}

TEST_P(ScoreStoreClock, BoundariesFollowTheTimeZoneAndTheWeekStart) {
  use(calendar::make("America/New_York", "sunday").value());
  harness->set_time(at("2026-03-08T04:59:59Z")); // Saturday, 23:59:59 there
  add("anna", 5);
  harness->set_time(at("2026-03-08T05:00:00Z"));
  EXPECT_EQ(get("anna").score, (scores{0, 0, 5, 5}));
}

TEST_P(ScoreStoreClock, WithoutACalendarOnlyResetsStartAPeriod) {
  harness->use_calendar(std::nullopt);
  store = harness->open();
  harness->set_time(at("2026-03-10T12:00:00Z"));
  add("anna", 5);
  harness->set_time(at("2036-03-10T12:00:00Z"));
  EXPECT_EQ(get("anna").score, (scores{5, 5, 5, 5}));
  ASSERT_TRUE(store->reset(period::yearly));
  EXPECT_EQ(add("anna", 1).user.score, (scores{6, 6, 6, 1}));
}

TEST_P(ScoreStoreClock, TellsTheTimeTheStartsAndTheNextBoundary) {
  const auto t = at("2026-11-20T12:34:56.789Z");
  harness->set_time(t);
  const auto state = store->periods().value();
  EXPECT_EQ(state.now, t);
  EXPECT_EQ(state.starts, calendar{}.starts(t));
  EXPECT_EQ(state.next_boundary, at("2026-11-21T00:00:00Z"));
}

TEST_P(ScoreStoreClock, TellsTheLaterOfCalendarAndReset) {
  harness->set_time(at("2026-11-20T12:00:00Z"));
  const auto state = store->reset(period::daily).value();
  EXPECT_EQ(state.starts[0], at("2026-11-20T12:00:00Z"));
  EXPECT_EQ(state.starts[1], at("2026-11-16T00:00:00Z"));
  harness->set_time(at("2026-11-21T08:00:00Z"));
  EXPECT_EQ(store->periods().value().starts[0], at("2026-11-21T00:00:00Z"));
}

TEST_P(ScoreStoreClock, RecordsTheStartsThatTheCalendarHasBrought) {
  harness->set_time(at("2026-11-20T12:00:00Z"));
  const auto starts = store->periods().value().starts;
  harness->use_calendar(std::nullopt); // sees what is recorded
  EXPECT_EQ(harness->open()->periods().value().starts, starts);
}

TEST_P(ScoreStoreClock, ResetsSeparateWritesThoughTheClockGoesBack) {
  harness->set_time(at("2026-11-20T12:00:00Z"));
  add("anna", 5);
  harness->set_time(at("2026-11-20T11:00:00Z"));
  ASSERT_TRUE(store->reset(period::daily));
  EXPECT_EQ(get("anna").score, (scores{0, 5, 5, 5}));
  harness->set_time(at("2026-11-20T10:00:00Z"));
  EXPECT_EQ(add("anna", 2).user.score, (scores{2, 7, 7, 7}));
  EXPECT_EQ(get("anna").score, (scores{2, 7, 7, 7}));
  store = harness->open();
  EXPECT_EQ(get("anna").score, (scores{2, 7, 7, 7}));
}

TEST_P(ScoreStoreClock, AClockThatGoesBackBringsNoScoreBack) {
  harness->set_time(at("2026-03-10T23:59:00Z"));
  add("anna", 5);
  harness->set_time(at("2026-03-11T00:01:00Z"));
  add("ben", 1);
  harness->set_time(at("2026-03-10T23:59:30Z"));
  EXPECT_EQ(get("anna").score, (scores{0, 5, 5, 5}));
  EXPECT_EQ(add("anna", 2).user.score, (scores{2, 7, 7, 7}));
  EXPECT_GE(store->periods().value().now, at("2026-03-11T00:01:00Z"));
}

TEST_P(ScoreStoreClock, VersionsGrowThoughTheClockGoesBack) {
  harness->set_time(at("2026-03-10T12:00:00Z"));
  const auto first = add("anna", 1).user;
  harness->set_time(at("2020-03-10T12:00:00Z"));
  const auto second = add("anna", 1).user;
  EXPECT_GT(second.version, first.version);
  EXPECT_GT(second.updated_at, first.updated_at);
}

TEST_P(ScoreStoreClock, TidyGoesByTheCalendar) {
  harness->set_time(at("2026-03-10T23:59:59Z"));
  add("anna", 5);
  EXPECT_EQ(store->tidy(10).value(), 0U);
  harness->set_time(at("2026-03-11T00:00:00Z"));
  EXPECT_EQ(store->tidy(10).value(), 1U);
  EXPECT_EQ(harness->stored_scores("anna"), (scores{0, 5, 5, 5}));
  EXPECT_EQ(store->tidy(10).value(), 0U);
}

} // namespace
} // namespace standings
