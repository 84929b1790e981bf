#include "actors/reconcile/reconcile.hpp"
#include "tests/support/actor_test.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <set>
#include <string>

namespace standings::test {
namespace {

/// The state behind the stub workers and the stub keeper.
struct scene {
  std::vector<std::string> users; ///< of the database, sorted
  std::set<std::string> poison;   ///< a batch with one of these crashes its worker
  std::set<std::string> gone;     ///< candidates for deletion
  int away = 0;                   ///< how many answers to batches are store_unavailable
  bool cache_lost = false;
  int warming = 0; ///< how many times the cache is reported as being filled
  bool other_instance_runs = false;
  bool held = false;
  bool evidence = true;
  bool board_has_cache_only_users = false;
  std::int64_t verified = 120; ///< by the look at the end of a run

  std::vector<run_report> recorded; ///< in their final state
  std::vector<quarantined_user> quarantined;
  std::vector<mark_verified> marks;
  std::vector<save_hold> holds;
  std::vector<std::string> deleted;
  std::vector<std::vector<std::string>> hinted;
  std::vector<std::string> events;
  std::uint64_t cache_only_users_asked = 0;
  std::uint64_t batches = 0;
  std::function<void()> during_batch = [] {
  };
  bool run_crashes = false; ///< as soon as it asks for its basis
};
using scene_ptr = std::shared_ptr<scene>;

constexpr auto known_run = "11111111-1111-1111-1111-111111111111";

caf::error away() {
  return to_error(errc::store_unavailable, "away");
}

batch_outcome compare(scene& s, const compare_batch& m) {
  ++s.batches;
  s.during_batch();
  batch_outcome out;
  for (const auto& id : s.users) {
    if (id <= m.after || (!m.open && id > m.up_to))
      continue;
    if (s.poison.contains(id))
      throw std::runtime_error("poison");
    ++out.counts.checked;
    if (!s.gone.contains(id)) {
      ++out.counts.in_sync;
      for (auto& n : out.on_board)
        ++n;
      continue;
    }
    ++out.counts.candidates;
    out.candidates.push_back({id, 1});
  }
  return out;
}

reconcile_worker_actor::behavior_type stub_worker(reconcile_worker_actor::pointer self, scene_ptr s,
                                                  reconcile_front_actor front, std::size_t index) {
  self->set_exception_handler(
      [](std::exception_ptr&) { return to_error(errc::internal, "it ended"); });
  self->send(front, worker_ready{index});
  return {
      [self, s](const prepare_run&) -> caf::result<run_basis> {
        if (s->run_crashes)
          caf::anon_send_exit(caf::actor_cast<caf::actor>(self->current_sender()),
                              caf::exit_reason::kill);
        if (s->warming > 0 && s->warming-- > 0)
          return to_error(errc::cache_warming, "being filled");
        return run_basis{"generation", 100, s->evidence, 50, s->users.size()};
      },
      [s](const plan_batches& m) {
        batch_ends out;
        std::uint64_t n = 0;
        for (const auto& id : s->users)
          if (id > m.after && ++n % m.batch == 0 && out.last_ids.size() < m.count)
            out.last_ids.push_back(id);
        return out;
      },
      [self, s](const compare_batch& m) -> caf::result<batch_outcome> {
        if (s->away == 0)
          return compare(*s, m);
        --s->away;
        self->quit(away());
        return away();
      },
      [s](const compare_cache_only_users& m) {
        ++s->cache_only_users_asked;
        batch_outcome out;
        out.counts.created = m.cursor.empty() ? 1 : 0;
        out.next = m.cursor.empty() ? "more" : "";
        return out;
      },
      [s](const compare_users& m) {
        s->hinted.push_back(m.user_ids);
        batch_outcome out;
        out.counts.checked = m.user_ids.size();
        out.counts.updated = 1;
        return out;
      },
      [s](count_boards) {
        board_counts out;
        out.members.fill(s->users.size() - s->gone.size()
                         + (s->board_has_cache_only_users ? 1 : 0));
        return out;
      },
      [s](const confirm_cache&) -> bool { return !s->cache_lost; },
      [s](const delete_users& m) -> std::uint64_t {
        for (const auto& user : m.users)
          s->deleted.push_back(user.user_id);
        return m.users.size();
      },
      [s](const verify_changes&) -> std::int64_t { return s->verified; },
      [](const mark_verified&) { return true; },
      [](const undo_run& m) {
        return undo_report{m.run_id, m.run_id == known_run ? std::uint64_t{2} : 0};
      },
      [](const list_events&) { return std::vector<history_event>{}; },
      [](const recover_event& m) {
        return recover_report{m.event_id, m.dry_run, 3, {}};
      },
      [](const self_check&) {
        return std::vector<self_check_step>{{"create", true, "fine"}};
      },
  };
}

run_keeper_actor::behavior_type stub_keeper(run_keeper_actor::pointer self, scene_ptr s,
                                            reconcile_front_actor front, std::size_t index) {
  self->send(front, worker_ready{index});
  return {
      [s](load_run_state) {
        run_state out;
        out.held = s->held;
        return out;
      },
      [s](const begin_run&) -> caf::result<bool> {
        if (s->other_instance_runs)
          return to_error(errc::run_in_progress, "another instance");
        return true;
      },
      [s](const end_run& m) {
        s->recorded.push_back(m.report);
        s->quarantined = m.quarantined;
        return true;
      },
      [s](const mark_verified& m) {
        s->marks.push_back(m);
        return true;
      },
      [s](const save_hold& m) {
        s->holds.push_back(m);
        s->held = m.held;
        return true;
      },
      [](const save_started&) { return true; },
      [s](const list_runs&) {
        return std::vector<run_report>{s->recorded.rbegin(), s->recorded.rend()};
      },
      [](const find_run&) -> caf::result<run_report> {
        return to_error(errc::unknown_run, "no such run", "run_id");
      },
      [s](const list_quarantine&) { return s->quarantined; },
      [](look_due) {},
  };
}

webhook_sender_actor::behavior_type stub_webhook(webhook_sender_actor::pointer, scene_ptr s) {
  return {
      [s](const webhook_event& m) { s->events.push_back(m.kind); },
      [](retry_due) {},
  };
}

keys_hinted hinted(const std::vector<std::string>& ids) {
  keys_hinted out;
  for (const auto& id : ids)
    out.hints.push_back({id, 0});
  return out;
}

/// Implements only what reconcile asks of it.
class fake_hydration {
public:
  static hydration_actor spawn(caf::actor_system& system, std::vector<caf::actor>& roots) {
    auto made = system.spawn([](caf::event_based_actor*) -> caf::behavior {
      return {[](ensure_complete) {
        return true;
      }};
    });
    roots.push_back(made);
    return caf::actor_cast<hydration_actor>(made);
  }
};

class Reconcile : public ActorTest {
protected:
  void fill(int users) {
    for (int i = 0; i < users; ++i)
      scene_->users.push_back("user" + std::to_string(1'000 + i));
  }

  reconcile_front_actor start() {
    reconcile_children children;
    children.worker = [this](caf::local_actor* owner, reconcile_front_actor front,
                             std::size_t index) {
      return owner->spawn(stub_worker, scene_, std::move(front), index);
    };
    children.keeper = [this](caf::local_actor* owner, reconcile_front_actor front,
                             std::size_t index) {
      return owner->spawn(stub_keeper, scene_, std::move(front), index);
    };
    children.webhook = [this](caf::local_actor* owner, const reconcile_front_actor&) {
      return owner->spawn(stub_webhook, scene_);
    };
    options_.run.machine.batch = batch_;
    options_.run.machine.deletions_a_step = 2;
    options_.large_change = 5;
    auto made = spawn(reconcile, children, fake_hydration::spawn(system_, roots_), options_);
    settle();
    return made;
  }

  void lead(const reconcile_front_actor& whom, bool leader = true, bool started = true) {
    self_->send(whom, leadership{leader, started});
    settle();
  }

  /// Lets time pass in steps, each seen by the periodic check.
  void pass(std::chrono::milliseconds time) {
    for (auto left = time; left.count() > 0; left -= 100ms)
      advance(100ms);
  }

  scene_ptr scene_ = std::make_shared<scene>();
  std::size_t batch_ = 10;
  reconcile_options options_;
  caf::scoped_actor self_{system_, true};
};

TEST_F(Reconcile, ARunComparesEveryBatchAndReportsTheirSum) {
  fill(35);
  const auto report = ask<run_report>(start(), start_run{}).value();
  EXPECT_EQ(report.status, run_status::completed);
  EXPECT_EQ(report.counts.checked, 35U);
  EXPECT_EQ(report.counts.in_sync, 35U);
  EXPECT_EQ(scene_->batches, 4U);
  ASSERT_EQ(scene_->recorded.size(), 1U);
  EXPECT_EQ(scene_->recorded[0].run_id, report.run_id);
}

TEST_F(Reconcile, AProcessThatStoodStillLeadsNoMoreUntilItHasAsked) {
  std::chrono::milliseconds up{0};
  options_.uptime = [&] {
    return up;
  };
  fill(5);
  const auto actor = start();
  lead(actor);
  up += 30s; // past the first run
  pass(options_.first_run + 1s);
  EXPECT_TRUE(scene_->recorded.empty());
  EXPECT_FALSE(ask<reconcile_status>(actor, get_reconcile_status{}).value().leader);
  lead(actor);
  pass(options_.first_run + 1s);
  EXPECT_EQ(scene_->recorded.size(), 1U);
}

TEST_F(Reconcile, ABusyMomentIsNoStandstill) {
  std::chrono::milliseconds up{0};
  options_.uptime = [&] {
    return up;
  };
  fill(5);
  const auto actor = start();
  lead(actor);
  up += 3s;
  pass(options_.first_run + 1s);
  EXPECT_EQ(scene_->recorded.size(), 1U);
}

TEST_F(Reconcile, SaysThatAnotherInstanceHasACacheOfItsOwn) {
  options_.private_cache = true;
  const auto actor = start();
  const auto told = [&] {
    return ask<component_status>(actor, get_status{}).value().gauges.at(1);
  };
  EXPECT_EQ(told().second, 0);
  lead(actor, false);
  EXPECT_EQ(told(),
            (std::pair<std::string, std::int64_t>{"another_instance_has_its_own_cache", 1}));
  lead(actor, true);
  EXPECT_EQ(told().second, 0);
}

TEST_F(Reconcile, AnEmptyDatabaseIsACompleteRun) {
  EXPECT_EQ(ask<run_report>(start(), start_run{}).value().status, run_status::completed);
}

TEST_F(Reconcile, OnlyDetailsAreWalkedWhereTheBoardsHaveNobodyElse) {
  fill(5);
  ask<run_report>(start(), start_run{}).value();
  EXPECT_EQ(scene_->cache_only_users_asked, 2U); // the details, two pages
}

TEST_F(Reconcile, EveryBoardWithMoreMembersIsWalkedToItsEnd) {
  fill(5);
  scene_->board_has_cache_only_users = true;
  const auto report = ask<run_report>(start(), start_run{}).value();
  EXPECT_EQ(scene_->cache_only_users_asked, 10U);
  EXPECT_EQ(report.counts.created, 5U);
}

TEST_F(Reconcile, ASecondRunIsRefusedWhileOneGoesOn) {
  fill(5);
  const auto actor = start();
  auto first = request<run_report>(actor, start_run{});
  auto second = request<run_report>(actor, start_run{});
  settle();
  EXPECT_TRUE(first.get());
  EXPECT_EQ(second.get().error().code, errc::run_in_progress);
}

TEST_F(Reconcile, WhoDoesNotWaitGetsTheRunningReportAtOnce) {
  fill(5);
  const auto report = ask<run_report>(start(), start_run{false, false, every_period, false});
  EXPECT_EQ(report.value().status, run_status::running);
  EXPECT_EQ(scene_->recorded.at(0).run_id, report->run_id);
}

TEST_F(Reconcile, ARunOfAnotherInstanceIsARunInProgressAndLeavesNoRecord) {
  scene_->other_instance_runs = true;
  EXPECT_EQ(ask<run_report>(start(), start_run{}).error().code, errc::run_in_progress);
  EXPECT_TRUE(scene_->recorded.empty());
}

TEST_F(Reconcile, ABatchWhoseStoreWasAwayIsTriedAgain) {
  fill(35);
  scene_->away = 2;
  const auto actor = start();
  auto asked = request<run_report>(actor, start_run{});
  settle();
  pass(2s);
  const auto report = asked.get().value();
  EXPECT_EQ(report.status, run_status::completed);
  EXPECT_EQ(report.counts.checked, 35U);
  EXPECT_EQ(report.failed_batches, 0U);
}

TEST_F(Reconcile, AWorkerRestsAfterABatchThatOthersHaveSlowedDown) {
  fill(400);
  batch_ = 100;
  options_.workers = 1;
  scene_->during_batch = [this] {
    sched_.clock().current_time += scene_->batches == 1 ? 10ms : 60ms;
  };
  auto asked = request<run_report>(start(), start_run{});
  settle();
  EXPECT_EQ(scene_->batches, 2U);
  advance(10ms);
  EXPECT_EQ(scene_->batches, 2U);
  pass(1s);
  const auto report = asked.get().value();
  EXPECT_EQ(report.status, run_status::completed);
  EXPECT_EQ(report.counts.checked, 400U);
}

TEST_F(Reconcile, AWorkerDoesNotRestWhileItsBatchesAreQuick) {
  fill(400);
  batch_ = 100;
  options_.workers = 1;
  scene_->during_batch = [this] {
    sched_.clock().current_time += 10ms;
  };
  const auto report = ask<run_report>(start(), start_run{}).value();
  EXPECT_EQ(report.counts.checked, 400U);
}

TEST_F(Reconcile, ARunStopsEarlyWhenTooManyBatchesFail) {
  fill(35);
  scene_->away = 1'000;
  const auto actor = start();
  auto asked = request<run_report>(actor, start_run{});
  settle();
  pass(30s);
  const auto report = asked.get().value();
  EXPECT_EQ(report.status, run_status::stopped_early);
  EXPECT_TRUE(scene_->marks.empty());
  EXPECT_THAT(scene_->events, testing::ElementsAre("run_failed"));
}

TEST_F(Reconcile, AUserWhoBringsABatchDownStandsAloneInQuarantineInTheEnd) {
  fill(35);
  scene_->poison = {"user1013"};
  const auto actor = start();
  auto asked = request<run_report>(actor, start_run{});
  settle();
  pass(30s);
  const auto report = asked.get().value();
  EXPECT_EQ(report.status, run_status::completed);
  EXPECT_EQ(report.counts.checked, 34U);
  EXPECT_EQ(report.counts.quarantined, 1U);
  ASSERT_EQ(scene_->quarantined.size(), 1U);
  EXPECT_EQ(scene_->quarantined[0].user_id, "user1013");
}

TEST_F(Reconcile, ARunWaitsForACacheThatIsBeingFilled) {
  fill(5);
  scene_->warming = 1;
  EXPECT_EQ(ask<run_report>(start(), start_run{}).value().status, run_status::completed);
}

TEST_F(Reconcile, ARunFailsWhereTheCacheIsNotFilled) {
  scene_->warming = 2;
  EXPECT_EQ(ask<run_report>(start(), start_run{}).error().code, errc::cache_warming);
  EXPECT_EQ(scene_->recorded.at(0).status, run_status::failed);
}

// -- deletions -------------------------------------------------------------------

TEST_F(Reconcile, CandidatesWithinTheLimitsAreDeletedInSteps) {
  fill(100);
  scene_->gone = {"user1001", "user1050", "user1099"};
  const auto report = ask<run_report>(start(), start_run{}).value();
  EXPECT_EQ(report.counts.deleted, 3U);
  EXPECT_THAT(scene_->deleted, testing::UnorderedElementsAre("user1001", "user1050", "user1099"));
  EXPECT_FALSE(report.deletes_held);
  EXPECT_TRUE(scene_->holds.empty());
}

TEST_F(Reconcile, TooManyCandidatesAreHeldUntilSomebodyForcesARun) {
  fill(20);
  scene_->gone = {"user1001", "user1002"};
  const auto actor = start();
  const auto held = ask<run_report>(actor, start_run{}).value();
  EXPECT_TRUE(held.deletes_held);
  EXPECT_TRUE(scene_->held);
  EXPECT_TRUE(scene_->deleted.empty());
  EXPECT_THAT(scene_->events, testing::ElementsAre("deletes_held"));

  scene_->gone = {"user1001"}; // within the limits, but the hold was not released
  EXPECT_TRUE(ask<run_report>(actor, start_run{}).value().deletes_held);
  EXPECT_TRUE(scene_->deleted.empty());

  const auto forced = ask<run_report>(actor, start_run{false, true, every_period, true}).value();
  EXPECT_EQ(forced.counts.deleted, 1U);
  EXPECT_FALSE(scene_->held);
}

TEST_F(Reconcile, AHoldEndsWhenARunThatCanTellFindsNobodyToDelete) {
  fill(20);
  scene_->held = true;
  scene_->evidence = false;
  const auto actor = start();
  ask<run_report>(actor, start_run{}).value();
  EXPECT_TRUE(scene_->held);
  scene_->evidence = true;
  ask<run_report>(actor, start_run{}).value();
  EXPECT_FALSE(scene_->held);
}

TEST_F(Reconcile, ACacheThatWasLostDeletesNobodyAndProvesNothing) {
  fill(100);
  scene_->gone = {"user1001"};
  scene_->cache_lost = true;
  const auto actor = start();
  const auto report = ask<run_report>(actor, start_run{false, true, every_period, true}).value();
  EXPECT_TRUE(report.deletes_held);
  EXPECT_TRUE(scene_->deleted.empty());
  EXPECT_TRUE(scene_->marks.empty());
  EXPECT_FALSE(scene_->held); // the next run has other evidence
}

TEST_F(Reconcile, ADryRunHoldsAndMarksNothing) {
  fill(20);
  scene_->gone = {"user1001", "user1002"};
  const auto report = ask<run_report>(start(), start_run{true, false, every_period, true}).value();
  EXPECT_TRUE(report.deletes_held);
  EXPECT_TRUE(scene_->holds.empty());
  EXPECT_TRUE(scene_->marks.empty());
  EXPECT_TRUE(scene_->events.empty());
}

TEST_F(Reconcile, ACompleteRunIsWhatAbsenceMeansFromThenOn) {
  fill(5);
  const auto report = ask<run_report>(start(), start_run{}).value();
  ASSERT_EQ(scene_->marks.size(), 1U);
  EXPECT_EQ(scene_->marks[0].run_id, report.run_id);
  EXPECT_EQ(scene_->marks[0].verified_up_to, 120);
}

TEST_F(Reconcile, ARunOfSomePeriodsProvesNothing) {
  fill(5);
  ask<run_report>(start(), start_run{false, false, {true, false, false, false}, true}).value();
  EXPECT_TRUE(scene_->marks.empty());
}

TEST_F(Reconcile, ALargeChangeIsTold) {
  fill(5);
  scene_->board_has_cache_only_users = true;
  ask<run_report>(start(), start_run{}).value();
  EXPECT_THAT(scene_->events, testing::ElementsAre("large_change"));
}

// -- time and leadership -----------------------------------------------------------

TEST_F(Reconcile, TheLeaderRunsSoonAndThenEveryInterval) {
  options_.interval = 60s;
  options_.jitter = 0;
  const auto actor = start();
  pass(10s);
  EXPECT_TRUE(scene_->recorded.empty()); // no instance leads yet
  lead(actor);
  pass(3s);
  EXPECT_EQ(scene_->recorded.size(), 1U);
  pass(55s);
  EXPECT_EQ(scene_->recorded.size(), 1U);
  pass(6s);
  EXPECT_EQ(scene_->recorded.size(), 2U);
}

TEST_F(Reconcile, ARunThatFailedIsTriedAgainInAMinute) {
  scene_->warming = 2;
  const auto actor = start();
  lead(actor);
  pass(3s);
  ASSERT_EQ(scene_->recorded.size(), 1U);
  EXPECT_EQ(scene_->recorded[0].status, run_status::failed);
  pass(61s);
  EXPECT_EQ(scene_->recorded.size(), 2U);
}

TEST_F(Reconcile, AStopEndsThePeriodicRunsAndAStartBringsThemBack) {
  options_.interval = 10s;
  const auto actor = start();
  lead(actor);
  EXPECT_FALSE(ask<bool>(actor, stop_timer{}).value());
  pass(60s);
  EXPECT_TRUE(scene_->recorded.empty());
  EXPECT_TRUE(ask<bool>(actor, start_timer{}).value());
  pass(3s);
  EXPECT_EQ(scene_->recorded.size(), 1U);
}

TEST_F(Reconcile, WhoLosesTheLeadStopsRunningPeriodically) {
  options_.interval = 10s;
  const auto actor = start();
  lead(actor);
  lead(actor, false);
  pass(60s);
  EXPECT_TRUE(scene_->recorded.empty());
}

TEST_F(Reconcile, WhereItIsNotEnabledOnlyRequestsRun) {
  options_.enabled = false;
  const auto actor = start();
  lead(actor);
  pass(60s);
  EXPECT_TRUE(scene_->recorded.empty());
  EXPECT_TRUE(ask<run_report>(actor, start_run{}));
}

// -- between runs ------------------------------------------------------------------

TEST_F(Reconcile, HintsOfTheSameUserAreComparedOnceByTheLeader) {
  const auto actor = start();
  lead(actor);
  for (int i = 0; i < 5; ++i)
    self_->send(actor, hinted({"a", "b"}));
  settle();
  pass(600ms);
  EXPECT_THAT(scene_->hinted, testing::ElementsAre(testing::ElementsAre("a", "b")));
  EXPECT_EQ(ask<reconcile_status>(actor, get_reconcile_status{}).value().incremental.written, 1U);
}

TEST_F(Reconcile, TellsHowItHearsOfChanges) {
  const auto actor = start();
  const auto told = [&] {
    return ask<reconcile_status>(actor, get_reconcile_status{}).value().incremental;
  };
  EXPECT_EQ(told().mode, "off");
  self_->send(actor, listener_state{true, "subscribed"});
  EXPECT_EQ(told().mode, "notifications");
  self_->send(actor, listener_state{false, ""});
  EXPECT_THAT(told().mode, testing::StartsWith("off: "));
}

TEST_F(Reconcile, CountsOwnWritesApartFromHints) {
  const auto actor = start();
  auto some = hinted({"a"});
  some.own = 3'000;
  self_->send(actor, some);
  const auto told = ask<reconcile_status>(actor, get_reconcile_status{}).value().incremental;
  EXPECT_EQ(told.hints, 1U);
  EXPECT_EQ(told.own, 3'000U);
}

TEST_F(Reconcile, HintsAreNobodysButTheLeaders) {
  const auto actor = start();
  self_->send(actor, hinted({"a"}));
  settle();
  pass(600ms);
  EXPECT_TRUE(scene_->hinted.empty());
}

TEST_F(Reconcile, HintsBeyondTheBoundAreDroppedAndCounted) {
  options_.max_hints = 2;
  const auto actor = start();
  lead(actor);
  self_->send(actor, hinted({"a", "b", "c"}));
  settle();
  pass(600ms);
  EXPECT_EQ(scene_->hinted.at(0).size(), 2U);
  EXPECT_EQ(ask<reconcile_status>(actor, get_reconcile_status{}).value().incremental.dropped, 1U);
}

TEST_F(Reconcile, AnUndoOfARunThatNobodyKnowsSaysSo) {
  const auto actor = start();
  EXPECT_EQ(ask<undo_report>(actor, undo_run{known_run}).value().restored, 2U);
  for (const auto* unknown : {"22222222-2222-2222-2222-222222222222", "admin", "never was"})
    EXPECT_EQ(ask<undo_report>(actor, undo_run{unknown}).error().code, errc::unknown_run);
}

TEST_F(Reconcile, ARunThatCrashesEndsAloneAndGivesItsLeaseBack) {
  fill(5);
  const auto actor = start();
  scene_->run_crashes = true;
  EXPECT_EQ(ask<run_report>(actor, start_run{}).error().code, errc::internal);
  ASSERT_EQ(scene_->recorded.size(), 1U);
  EXPECT_EQ(scene_->recorded[0].status, run_status::failed);
  EXPECT_FALSE(scene_->recorded[0].run_id.empty());
  EXPECT_FALSE(ask<reconcile_status>(actor, get_reconcile_status{}).value().running);
  scene_->run_crashes = false;
  EXPECT_EQ(ask<run_report>(actor, start_run{}).value().status, run_status::completed);
}

TEST_F(Reconcile, StatusTellsHowFarTheRunIs) {
  fill(35);
  const auto actor = start();
  scene_->away = 1;
  auto asked = request<run_report>(actor, start_run{});
  settle();
  const auto status = ask<reconcile_status>(actor, get_reconcile_status{}).value();
  EXPECT_TRUE(status.running);
  EXPECT_FALSE(status.current.run_id.empty());
  EXPECT_GT(status.current.batches, 0U);
}

TEST_F(Reconcile, ARunDoesNotBeginBesideAnUndo) {
  const auto actor = start();
  auto undo = request<undo_report>(actor, undo_run{known_run});
  auto run = request<run_report>(actor, start_run{});
  settle();
  EXPECT_EQ(run.get().error().code, errc::run_in_progress);
  EXPECT_EQ(undo.get().value().restored, 2U);
  EXPECT_TRUE(ask<run_report>(actor, start_run{}));
}

TEST_F(Reconcile, WhoWaitsForARunIsToldWhenTheServiceStops) {
  fill(35);
  scene_->away = 1'000;
  const auto actor = start();
  auto asked = request<run_report>(actor, start_run{});
  settle();
  self_->send(actor, stop_waiting{});
  settle();
  EXPECT_EQ(asked.get().error().code, errc::shutting_down);
}

TEST_F(Reconcile, ADryRunDoesNotPutOffTheNextWholeRun) {
  options_.interval = 60s;
  options_.jitter = 0;
  const auto actor = start();
  lead(actor);
  pass(3s);
  ASSERT_EQ(scene_->recorded.size(), 1U);
  pass(50s);
  ask<run_report>(actor, start_run{true, false, every_period, true}).value();
  ASSERT_EQ(scene_->recorded.size(), 2U);
  pass(12s);
  EXPECT_EQ(scene_->recorded.size(), 3U);
}

} // namespace
} // namespace standings::test
