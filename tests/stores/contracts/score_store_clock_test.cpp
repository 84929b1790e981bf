#include "tests/support/score_store_suite.hpp"

namespace standings {
namespace {

using namespace std::chrono_literals;
using test::at;

/// Periods by the calendar, which needs a database whose clock can be set.
class ScoreStoreClock : public test::score_store_clock_suite {
protected:
  void SetUp() override {
    score_store_clock_suite::SetUp();
    use(calendar{});
  }
};
STANDINGS_OVER_ALL_SCORE_STORES(ScoreStoreClock);

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
  store->periods().value();
  harness->set_time(at("2026-11-20T13:01:00Z"));
  const auto starts = store->periods().value().starts;
  harness->use_calendar(std::nullopt); // so that only the recorded starts count
  EXPECT_EQ(harness->open()->periods().value().starts, starts);
}

TEST_P(ScoreStoreClock, ResetsSeparateWritesThoughTheClockGoesBack) {
  harness->set_time(at("2026-11-20T12:00:00Z"));
  add("anna", 5);
  harness->set_time(at("2026-11-20T11:40:00Z"));
  ASSERT_TRUE(store->reset(period::daily));
  EXPECT_EQ(get("anna").score, (scores{0, 5, 5, 5}));
  harness->set_time(at("2026-11-20T11:20:00Z"));
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
  harness->set_time(at("2026-03-10T11:10:00Z"));
  const auto second = add("anna", 1).user;
  EXPECT_GT(second.version, first.version);
  EXPECT_GE(second.updated_at, first.updated_at);
  harness->set_time(at("2020-03-10T12:00:00Z"));
  EXPECT_GT(add("anna", 1).user.version, second.version);
}

TEST_P(ScoreStoreClock, TidyGoesByTheCalendarAnHourLater) {
  harness->set_time(at("2026-03-10T23:59:59Z"));
  add("anna", 5);
  for (const auto* early :
       {"2026-03-10T23:59:59Z", "2026-03-11T00:00:00Z", "2026-03-11T00:59:58Z"}) {
    harness->set_time(at(early));
    EXPECT_EQ(store->tidy(10).value(), 0U) << early;
    EXPECT_EQ(harness->stored_scores("anna"), (scores{5, 5, 5, 5}));
  }
  harness->set_time(at("2026-03-11T01:00:00Z"));
  EXPECT_EQ(store->tidy(10).value(), 1U);
  EXPECT_EQ(harness->stored_scores("anna"), (scores{0, 5, 5, 5}));
  EXPECT_EQ(store->tidy(10).value(), 0U);
}

// -- a wrong clock --------------------------------------------------------------------

class ScoreStoreWrongClock : public ScoreStoreClock {
protected:
  void SetUp() override {
    ScoreStoreClock::SetUp();
    harness->set_time(noon);
    add("anna", 5);
  }

  const sys_time noon = at("2026-03-10T12:00:00Z");
  static constexpr auto year = 365 * 24h;
};
STANDINGS_OVER_ALL_SCORE_STORES(ScoreStoreWrongClock);

TEST_P(ScoreStoreWrongClock, AYearAheadForAMomentCostsNobodyAScore) {
  add("idle", 3);
  harness->jump_to(noon + year);
  EXPECT_EQ(store->periods().value().starts, calendar{}.starts(noon));
  EXPECT_FALSE(store->periods().value().clock_fault.empty());
  EXPECT_EQ(get("anna").score, (scores{5, 5, 5, 5}));
  EXPECT_EQ(add("anna", 2).user.score, (scores{7, 7, 7, 7}));
  EXPECT_EQ(add("new", 1).user.score, (scores{1, 1, 1, 1}));
  EXPECT_EQ(store->top(period::daily, 0, 1).value().entries.at(0).score, 7);
  EXPECT_EQ(store->tidy(10).value(), 0U);
  harness->jump_to(noon + 1s);
  EXPECT_EQ(store->periods().value().clock_fault, "");
  EXPECT_EQ(add("anna", 1).user.score, (scores{8, 8, 8, 8}));
  EXPECT_EQ(get("idle").score, (scores{3, 3, 3, 3}));
  harness->set_time(at("2026-03-11T00:00:01Z"));
  for (const auto* user : {"anna", "new", "idle"})
    EXPECT_EQ(get(user).score[0], 0) << user << ": the next day begins as every day";
  EXPECT_EQ(get("anna").score[3], 8);
}

TEST_P(ScoreStoreWrongClock, AJumpThatTheClockStandsByIsFollowedAnHourLater) {
  harness->jump_to(noon + year);
  EXPECT_EQ(get("anna").score, (scores{5, 5, 5, 5}));
  harness->set_time(noon + year + 59min);
  EXPECT_EQ(add("anna", 1).user.score, (scores{6, 6, 6, 6}));
  harness->set_time(noon + year + 61min);
  EXPECT_EQ(get("anna").score, (scores{0, 0, 0, 0}));
  EXPECT_EQ(store->tidy(10).value(), 0U);
  EXPECT_EQ(harness->stored_scores("anna"), (scores{6, 6, 6, 6}));
  harness->set_time(noon + year + 3h);
  EXPECT_EQ(store->tidy(10).value(), 1U);
}

TEST_P(ScoreStoreWrongClock, AResetWhileItIsAheadHoldsAfterwardsAndNoLonger) {
  harness->jump_to(noon + year);
  ASSERT_TRUE(store->reset(period::weekly));
  EXPECT_EQ(add("anna", 1).user.score, (scores{6, 1, 6, 6}));
  harness->jump_to(noon + 1s);
  EXPECT_EQ(add("anna", 1).user.score, (scores{7, 2, 7, 7}));
  EXPECT_EQ(get("anna").score, (scores{7, 2, 7, 7}));
}

TEST_P(ScoreStoreWrongClock, ForgetsNoKeys) {
  const auto first = add("anna", 1, "k");
  harness->jump_to(noon + year);
  EXPECT_EQ(store->forget_requests(10).value(), 0U);
  EXPECT_TRUE(add("anna", 1, "k").replayed);
}

TEST_P(ScoreStoreWrongClock, OneThatWasAheadFromTheStartFreezesNothing) {
  harness->set_time(noon + year); // as if the service had started with this clock
  add("anna", 5);
  ASSERT_TRUE(store->periods());
  harness->jump_to(noon);
  EXPECT_EQ(get("anna").score[3], 5);
  const auto now = add("anna", 1).user;
  EXPECT_EQ(now.score, (scores{6, 6, 6, 6}));
  EXPECT_LE(now.updated_at, noon + 1s);
  EXPECT_LE(store->periods().value().now, noon + 1s);
  harness->set_time(noon + 24h);
  EXPECT_EQ(get("anna").score[0], 0) << "days end as always";
  EXPECT_EQ(add("anna", 1).user.score[0], 1);
}

} // namespace
} // namespace standings
