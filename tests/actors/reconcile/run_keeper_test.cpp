#include "actors/reconcile/run_keeper.hpp"
#include "stores/sqlite/reconcile_store.hpp"
#include "stores/sqlite/score_store.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/temp_dir.hpp"

#include <caf/event_based_actor.hpp>
#include <gmock/gmock.h>

#include <memory>
#include <string>

namespace standings::test {
namespace {

using testing::ElementsAre;

/// What a keeper tells its front.
struct front_log {
  int ready = 0;
  std::vector<bool> leads;
  bool started = false; ///< as told last
};

caf::behavior recording_front(caf::event_based_actor*, std::shared_ptr<front_log> log) {
  return {
      [log](worker_ready) { ++log->ready; },
      [log](const leadership& m) {
        log->leads.push_back(m.leader);
        log->started = m.started;
      },
  };
}

/// An instance of the service, as far as its keeper goes.
struct instance {
  std::shared_ptr<front_log> log = std::make_shared<front_log>();
  run_keeper_actor keeper;

  [[nodiscard]] bool leads() const { return !log->leads.empty() && log->leads.back(); }
};

class RunKeeper : public ActorTest {
protected:
  RunKeeper() { open_sqlite_store(database_).value(); } // makes the tables

  instance start(run_journal_factory open) {
    instance out;
    const auto to = spawn(recording_front, out.log);
    out.keeper = spawn(run_keeper, std::move(open), caf::actor_cast<reconcile_front_actor>(to),
                       std::size_t{0}, run_keeper_options{});
    settle();
    return out;
  }

  instance start() {
    return start([this] { return open_sqlite_run_journal(database_); });
  }

  void stop(instance& one) {
    caf::anon_send_exit(one.keeper, caf::exit_reason::user_shutdown);
    settle();
  }

  template <class Message>
  result<bool> tell(const instance& one, Message m) {
    return ask<bool>(one.keeper, std::move(m));
  }

  static run_report report(const std::string& id, run_status status = run_status::running) {
    run_report out;
    out.run_id = id;
    out.status = status;
    out.started_at = system_now();
    return out;
  }

  static quarantined_user hurt(const std::string& id, const std::string& run_id) {
    return {id, "because", run_id, {}, system_now(), 1};
  }

  /// A whole run.
  void carry_out(const instance& one, const std::string& run_id,
                 const std::vector<quarantined_user>& quarantined, bool complete) {
    ASSERT_TRUE(tell(one, begin_run{report(run_id)}));
    ASSERT_TRUE(tell(one, end_run{report(run_id, run_status::completed), quarantined, complete}));
  }

  std::vector<std::string> quarantine(const instance& one) {
    std::vector<std::string> out;
    const auto users = ask<std::vector<quarantined_user>>(one.keeper, list_quarantine{});
    for (const auto& user : users.value())
      out.push_back(user.user_id);
    return out;
  }

  temp_dir dir_;
  sqlite_options database_{.path = dir_ / "standings.db"};
};

TEST_F(RunKeeper, TellsItsFrontThatItIsReadyAndLeads) {
  const auto one = start();
  EXPECT_EQ(one.log->ready, 1);
  EXPECT_TRUE(one.leads());
}

TEST_F(RunKeeper, IsNotReadyWithoutAConnection) {
  const auto one = start(
      [] { return result<std::unique_ptr<run_journal>>{fail(errc::store_unavailable, "away")}; });
  EXPECT_EQ(one.log->ready, 0);
  EXPECT_EQ(tell(one, save_started{}).error().code, errc::store_unavailable);
}

TEST_F(RunKeeper, OneInstanceLeadsUntilItEnds) {
  auto first = start();
  const auto second = start();
  EXPECT_FALSE(second.leads());
  stop(first);
  advance(2s);
  EXPECT_TRUE(second.leads());
}

TEST_F(RunKeeper, TellsWithEachLookWhetherTheTimerRuns) {
  const auto one = start();
  EXPECT_TRUE(one.log->started);
  ASSERT_TRUE(tell(one, save_started{false}));
  advance(2s);
  EXPECT_FALSE(one.log->started);
}

TEST_F(RunKeeper, LetsOneInstanceRunAtATime) {
  const auto first = start();
  const auto second = start();
  ASSERT_TRUE(tell(first, begin_run{report("run-1")}));
  EXPECT_EQ(tell(second, begin_run{report("run-2")}).error().code, errc::run_in_progress);
  ASSERT_TRUE(tell(first, end_run{report("run-1", run_status::completed), {}, true}));
  EXPECT_TRUE(tell(second, begin_run{report("run-2")}));
}

TEST_F(RunKeeper, CallsTheRunOfAnInstanceThatEndedAbandoned) {
  auto first = start();
  ASSERT_TRUE(tell(first, begin_run{report("run-1")}));
  stop(first);
  const auto second = start();
  ASSERT_TRUE(tell(second, begin_run{report("run-2")}));
  EXPECT_EQ(ask<run_report>(second.keeper, find_run{"run-1"}).value().status,
            run_status::abandoned);
  EXPECT_EQ(ask<run_report>(second.keeper, find_run{"run-2"}).value().status, run_status::running);
}

TEST_F(RunKeeper, ACompleteRunReleasesWhomItHasSettled) {
  const auto one = start();
  carry_out(one, "run-1", {hurt("anna", "run-1"), hurt("ben", "run-1")}, true);
  carry_out(one, "run-2", {hurt("ben", "run-2")}, true);
  EXPECT_THAT(quarantine(one), ElementsAre("ben"));
}

TEST_F(RunKeeper, AnIncompleteRunKeepsTheQuarantineOfEarlierRuns) {
  const auto one = start();
  carry_out(one, "run-1", {hurt("anna", "run-1")}, true);
  carry_out(one, "run-2", {hurt("ben", "run-2")}, false);
  EXPECT_THAT(quarantine(one), testing::UnorderedElementsAre("anna", "ben"));
}

TEST_F(RunKeeper, RemembersWhatARunHasVerifiedAndWhetherDeletesAreHeld) {
  const auto one = start();
  carry_out(one, "run-1", {hurt("anna", "run-1")}, true);
  ASSERT_TRUE(tell(one, mark_verified{"run-1", "generation", 7}));
  ASSERT_TRUE(tell(one, save_hold{true, 3, "too many"}));
  const auto state = ask<run_state>(one.keeper, load_run_state{}).value();
  EXPECT_EQ(state.run_id, "run-1");
  EXPECT_EQ(state.generation, "generation");
  EXPECT_EQ(state.verified_up_to, 7);
  EXPECT_TRUE(state.held);
  EXPECT_EQ(state.held_candidates, 3U);
  EXPECT_EQ(state.held_reason, "too many");
  EXPECT_EQ(state.quarantined, 1U);
}

TEST_F(RunKeeper, SaysThatItKnowsNoSuchRun) {
  const auto one = start();
  EXPECT_EQ(ask<run_report>(one.keeper, find_run{"run-1"}).error().code, errc::unknown_run);
  EXPECT_TRUE(ask<std::vector<run_report>>(one.keeper, list_runs{}).value().empty());
}

} // namespace
} // namespace standings::test
