#include "core/reconcile/run_schedule.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using namespace std::chrono_literals;

/// An instance that runs every minute, from two seconds after it has begun to lead.
class RunSchedule : public testing::Test {
protected:
  RunSchedule() {
    options.interval = 60s;
    options.retry = 5s;
    options.jitter = 0.5;
  }

  run_schedule leading() {
    run_schedule out{options};
    EXPECT_TRUE(out.note_leadership(true, true, now));
    return out;
  }

  static run_report report(run_status status, const char* trigger = timer_trigger) {
    run_report out;
    out.status = status;
    out.trigger = trigger;
    out.periods = every_period;
    return out;
  }

  run_schedule_options options;
  run_schedule::time_point now{1h};
};

TEST_F(RunSchedule, PlansNothingUntilThisInstanceLeads) {
  run_schedule schedule{options};
  EXPECT_FALSE(schedule.next());
  EXPECT_FALSE(schedule.note_leadership(false, true, now));
  EXPECT_FALSE(schedule.take_due(now + 1h));
}

TEST_F(RunSchedule, TheFirstRunIsDueOnceAfterAMoment) {
  auto schedule = leading();
  EXPECT_FALSE(schedule.take_due(now + 1'999ms));
  EXPECT_TRUE(schedule.take_due(now + 2s));
  EXPECT_FALSE(schedule.take_due(now + 2s));
}

TEST_F(RunSchedule, ThatItStillLeadsChangesNothing) {
  auto schedule = leading();
  EXPECT_FALSE(schedule.note_leadership(true, true, now + 1s));
  EXPECT_EQ(schedule.next(), now + 2s);
}

TEST_F(RunSchedule, FollowsTheLastCompleteRunOfAnyInstance) {
  auto schedule = leading();
  schedule.plan_from(20s, now);
  EXPECT_EQ(schedule.next(), now + 40s);
  schedule.plan_from(10min, now);
  EXPECT_EQ(schedule.next(), now + 2s) << "long overdue";
}

TEST_F(RunSchedule, PlansNothingFromOldRunsWhileItDoesNoPeriodicWork) {
  run_schedule schedule{options};
  schedule.plan_from(20s, now);
  EXPECT_FALSE(schedule.next());
}

TEST_F(RunSchedule, StopsWithTheLeadershipWithTheTimerAndWithTheOption) {
  auto schedule = leading();
  EXPECT_FALSE(schedule.note_leadership(false, true, now));
  EXPECT_FALSE(schedule.next());
  EXPECT_TRUE(schedule.note_leadership(true, true, now));
  EXPECT_FALSE(schedule.note_leadership(true, false, now));
  EXPECT_FALSE(schedule.next());
  EXPECT_TRUE(schedule.note_leadership(true, true, now)) << "started again";
  schedule.stop_leading();
  EXPECT_FALSE(schedule.next());
  options.enabled = false;
  run_schedule off{options};
  EXPECT_FALSE(off.note_leadership(true, true, now));
}

TEST_F(RunSchedule, TheNextRunFollowsAnIntervalAndAShareOfTheJitter) {
  auto schedule = leading();
  schedule.plan_after(report(run_status::completed), now, 0.5);
  EXPECT_EQ(schedule.next(), now + 75s);
}

TEST_F(RunSchedule, AFailedRunIsFollowedSoonAndLaterEachTimeButNotAfterAnInterval) {
  auto schedule = leading();
  for (const auto pause : {5s, 10s, 20s, 40s, 60s, 60s}) {
    schedule.plan_after(report(run_status::failed), now, 0);
    EXPECT_EQ(schedule.next(), now + pause);
  }
  schedule.plan_after(report(run_status::completed), now, 0);
  schedule.plan_after(report(run_status::failed), now, 0);
  EXPECT_EQ(schedule.next(), now + 5s) << "counted anew after one that completed";
}

TEST_F(RunSchedule, ARequestedRunThatFailsLeavesThePlan) {
  auto schedule = leading();
  schedule.plan_after(report(run_status::completed), now, 0);
  schedule.plan_after(report(run_status::failed, request_trigger), now, 0);
  EXPECT_EQ(schedule.next(), now + 60s);
}

TEST_F(RunSchedule, ADryRunAndARunOfSomePeriodsLeaveThePlan) {
  auto schedule = leading();
  auto dry = report(run_status::completed, request_trigger);
  dry.dry_run = true;
  schedule.plan_after(dry, now + 30s, 0);
  auto some = report(run_status::completed, request_trigger);
  some.periods = {true, false, false, false};
  schedule.plan_after(some, now + 30s, 0);
  EXPECT_EQ(schedule.next(), now + 2s);
}

} // namespace
} // namespace standings
