#include "core/reconcile/run_report_json.hpp"
#include "stores/contracts/run_journal.hpp"
#include "tests/support/score_store_suite.hpp"
#include "tests/support/store_times.hpp"

#include <thread>

namespace standings {
namespace {

using test::at;
using lease = run_journal::lease;
using ids = std::vector<std::string>;
using std::chrono::minutes;

class SyncJournal : public testing::TestWithParam<test::score_store_backend> {
protected:
  void reopen() {
    journal.reset();
    journal = harness->open_journal();
  }

  bool acquire(lease what) { return journal->acquire(what).value(); }

  run_state state() { return journal->load().value(); }

  static run_report run(const std::string& id, sys_time started_at,
                        run_status status = run_status::completed) {
    run_report out;
    out.run_id = id;
    out.started_at = started_at;
    out.status = status;
    return out;
  }

  /// A run in which every field has a value of its own.
  static run_report full_run() {
    auto out = run("run-1", at("2026-03-10T12:00:00.000001Z"), run_status::stopped_early);
    out.trigger = "request";
    out.dry_run = true;
    out.forced = true;
    out.periods = {true, true, false, false};
    out.finished_at = at("2026-03-10T12:00:07.500000Z");
    out.counts = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    out.users = 1'000'000'000'000;
    out.batches = 12;
    out.failed_batches = 3;
    out.deletes_held = true;
    out.held_reason = "a \"reason\" with ümlauts, and ' quotes";
    out.error = "line\nline";
    return out;
  }

  void save(const run_report& report) { journal->save_run(report).value(); }

  ids runs(std::size_t limit = 100) {
    ids out;
    for (const auto& report : journal->runs(limit).value())
      out.push_back(report.run_id);
    return out;
  }

  static quarantined_user hurt(const std::string& id, const std::string& run_id, sys_time when,
                               const std::string& reason = "because") {
    return {id, reason, run_id, {}, when, 1};
  }

  void quarantine(const std::vector<quarantined_user>& users) {
    journal->quarantine(users).value();
  }

  std::vector<quarantined_user> quarantined(std::size_t limit = 100) {
    return journal->quarantined(limit).value();
  }

  ids quarantined_ids() {
    ids out;
    for (const auto& user : quarantined())
      out.push_back(user.user_id);
    return out;
  }

  const sys_time noon = at("2026-03-10T12:00:00Z");
  std::unique_ptr<test::score_store_harness> harness = GetParam().make();
  std::unique_ptr<run_journal> journal = harness->open_journal();
};
STANDINGS_OVER_SCORE_STORES(SyncJournal);

// -- the leases ----------------------------------------------------------------------

TEST_P(SyncJournal, ALeaseIsHeldByOne) {
  const auto other = harness->open_journal();
  EXPECT_TRUE(acquire(lease::leader));
  EXPECT_FALSE(other->acquire(lease::leader).value());
  EXPECT_TRUE(acquire(lease::leader)); // still
  EXPECT_FALSE(other->acquire(lease::leader).value());
}

/// Behaves like a process that was stopped: its connection stays open and silent.
TEST(PostgresSyncJournal, FreesTheLeasesOfASilentHolder) {
  test::postgres_store_harness harness;
  const auto silent =
      std::move(open_postgres_run_journal(harness.options(), std::chrono::seconds{1}).value());
  const auto other = harness.open_journal();
  ASSERT_TRUE(silent->acquire(lease::leader).value());
  ASSERT_TRUE(silent->acquire(lease::run).value());
  ASSERT_FALSE(other->acquire(lease::leader).value());
  EXPECT_TRUE(test::eventually([&] { return other->acquire(lease::leader).value(); },
                               std::chrono::seconds{10}));
  EXPECT_TRUE(other->acquire(lease::run).value());
  EXPECT_FALSE(silent->acquire(lease::leader)) << "it finds out before it does anything";
}

/// What frees them is set on each connection, not on the first one alone.
TEST(PostgresSyncJournal, FreesTheLeasesOfASilentHolderThatHasConnectedAnew) {
  test::postgres_store_harness harness;
  harness.options().url += "&application_name=reconnected";
  const auto silent =
      std::move(open_postgres_run_journal(harness.options(), std::chrono::seconds{1}).value());
  harness.exec("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
               " WHERE application_name = 'reconnected'");
  ASSERT_TRUE(silent->acquire(lease::leader).value());
  const auto other = harness.open_journal();
  EXPECT_TRUE(test::eventually([&] { return other->acquire(lease::leader).value(); },
                               std::chrono::seconds{10}));
}

TEST_P(SyncJournal, TheTwoLeasesAreApart) {
  const auto other = harness->open_journal();
  EXPECT_TRUE(acquire(lease::leader));
  EXPECT_TRUE(other->acquire(lease::run).value());
  EXPECT_FALSE(acquire(lease::run));
  EXPECT_FALSE(other->acquire(lease::leader).value());
}

TEST_P(SyncJournal, OneReleaseFreesALeaseHoweverOftenItWasAcquired) {
  const auto other = harness->open_journal();
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(acquire(lease::run));
  EXPECT_TRUE(journal->release(lease::run));
  EXPECT_TRUE(other->acquire(lease::run).value());
  EXPECT_FALSE(acquire(lease::run));
}

TEST_P(SyncJournal, ReleasingWhatOneDoesNotHaveTakesItFromNobody) {
  const auto other = harness->open_journal();
  EXPECT_TRUE(acquire(lease::run));
  EXPECT_TRUE(other->release(lease::run));
  EXPECT_TRUE(other->release(lease::leader));
  EXPECT_FALSE(other->acquire(lease::run).value());
}

TEST_P(SyncJournal, LeasesGoWithTheirHolder) {
  const auto other = harness->open_journal();
  EXPECT_TRUE(acquire(lease::leader));
  EXPECT_TRUE(acquire(lease::run));
  EXPECT_FALSE(other->acquire(lease::leader).value());
  journal.reset();
  // the server may take a moment to notice
  EXPECT_TRUE(test::eventually([&] { return other->acquire(lease::leader).value(); },
                               std::chrono::seconds{5}));
  EXPECT_TRUE(test::eventually([&] { return other->acquire(lease::run).value(); },
                               std::chrono::seconds{5}));
}

TEST_P(SyncJournal, OfManyOneGetsTheLease) {
  std::vector<std::unique_ptr<run_journal>> all;
  for (int i = 0; i < 6; ++i)
    all.push_back(harness->open_journal());
  std::atomic<int> holders = 0;
  {
    std::vector<std::jthread> threads;
    for (auto& one : all)
      threads.emplace_back([&holders, &one] {
        for (int i = 0; i < 20; ++i) {
          if (!one->acquire(lease::run).value())
            continue;
          EXPECT_EQ(++holders, 1);
          --holders;
          EXPECT_TRUE(one->release(lease::run));
        }
      });
  }
}

TEST_P(SyncJournal, AnotherDatabaseHasLeasesOfItsOwn) {
  const auto elsewhere = GetParam().make();
  const auto other = elsewhere->open_journal();
  EXPECT_TRUE(acquire(lease::leader));
  EXPECT_TRUE(other->acquire(lease::leader).value());
}

TEST(PostgresSyncJournal, ALeaseIsGoneWithItsConnectionAndTheHolderNotices) {
  test::postgres_store_harness harness;
  const auto holder = harness.open_journal();
  const auto other = harness.open_journal();
  ASSERT_TRUE(holder->acquire(lease::leader).value());
  harness.exec("SELECT pg_terminate_backend(l.pid) FROM pg_locks l"
               " WHERE l.locktype = 'advisory' AND l.mode = 'ExclusiveLock'"
               " AND l.classid = 'pomo_leaderboard'::regclass::oid");
  EXPECT_TRUE(test::eventually([&] { return other->acquire(lease::leader).value(); },
                               std::chrono::seconds{5}));
  EXPECT_FALSE(holder->acquire(lease::leader).value());
  EXPECT_TRUE(holder->load()) << "what needs no lease goes on, on a new connection";
}

// -- the state -----------------------------------------------------------------------

TEST_P(SyncJournal, StartsWithoutEvidenceAndWithTheTimerOn) {
  const auto s = state();
  EXPECT_EQ(s.generation, "");
  EXPECT_EQ(s.run_id, "");
  EXPECT_EQ(s.verified_up_to, 0);
  EXPECT_FALSE(s.held);
  EXPECT_EQ(s.held_candidates, 0U);
  EXPECT_EQ(s.held_reason, "");
  EXPECT_TRUE(s.started);
}

TEST_P(SyncJournal, WhatIsSavedSurvivesReopeningAndIsSeenByOthers) {
  const auto other = harness->open_journal();
  journal->save_verified({"run-7", "generation-3", std::int64_t{1} << 60}).value();
  journal->save_hold({true, 512, "too 'many'"}).value();
  journal->save_started(false).value();
  reopen();
  for (const auto& s : {state(), other->load().value()}) {
    EXPECT_EQ(s.run_id, "run-7");
    EXPECT_EQ(s.generation, "generation-3");
    EXPECT_EQ(s.verified_up_to, std::int64_t{1} << 60);
    EXPECT_TRUE(s.held);
    EXPECT_EQ(s.held_candidates, 512U);
    EXPECT_EQ(s.held_reason, "too 'many'");
    EXPECT_FALSE(s.started);
  }
}

TEST_P(SyncJournal, EachPartOfTheStateIsSavedForItself) {
  journal->save_verified({"run-7", "generation-3", 9}).value();
  journal->save_hold({true, 5, "why"}).value();
  journal->save_started(false).value();
  journal->save_hold({false, 0, ""}).value();
  EXPECT_EQ(state().verified_up_to, 9);
  EXPECT_FALSE(state().held);
  EXPECT_EQ(state().held_reason, "");
  EXPECT_FALSE(state().started);
  journal->save_started(true).value();
  EXPECT_TRUE(state().started);
  EXPECT_EQ(state().generation, "generation-3");
}

// -- the runs ------------------------------------------------------------------------

TEST_P(SyncJournal, ARunComesBackAsItWasSaved) {
  const auto saved = full_run();
  save(saved);
  reopen();
  const auto found = journal->run("run-1").value();
  ASSERT_TRUE(found);
  EXPECT_EQ(run_report_json(*found), run_report_json(saved));
  EXPECT_EQ(found->periods, saved.periods);
  EXPECT_EQ(run_report_json(journal->runs(1).value().at(0)), run_report_json(saved));
}

TEST_P(SyncJournal, KnowsNoRunThatWasNotSaved) {
  save(full_run());
  EXPECT_FALSE(journal->run("run").value());
  EXPECT_FALSE(journal->run("").value());
}

TEST_P(SyncJournal, ARunThatIsSavedAgainReplacesItself) {
  auto report = run("run-1", noon, run_status::running);
  save(report);
  report.status = run_status::failed;
  report.error = "why";
  save(report);
  ASSERT_EQ(runs(), (ids{"run-1"}));
  EXPECT_EQ(journal->run("run-1").value()->status, run_status::failed);
  EXPECT_EQ(journal->run("run-1").value()->error, "why");
}

TEST_P(SyncJournal, ListsTheNewestRunsFirst) {
  EXPECT_TRUE(runs().empty());
  save(run("b", noon));
  save(run("c", noon + minutes{2}));
  save(run("a", noon + minutes{1}));
  save(run("d", noon + minutes{1})); // at the same time
  EXPECT_EQ(runs(), (ids{"c", "d", "a", "b"}));
  EXPECT_EQ(runs(2), (ids{"c", "d"}));
  EXPECT_TRUE(runs(0).empty());
}

TEST_P(SyncJournal, AbandonsTheRunsThatStillStandAsRunning) {
  save(run("running", noon, run_status::running));
  auto done = full_run();
  done.run_id = "done";
  save(done);
  journal->abandon_runs().value();
  EXPECT_EQ(journal->run("running").value()->status, run_status::abandoned);
  EXPECT_EQ(run_report_json(*journal->run("done").value()), run_report_json(done));
  journal->abandon_runs().value();
  EXPECT_EQ(journal->run("running").value()->status, run_status::abandoned);
}

TEST_P(SyncJournal, ForgetsAllButTheNewestRuns) {
  for (int i = 0; i < 10; ++i)
    save(run("run-" + std::to_string(i), noon + minutes{i}));
  journal->forget_runs(20).value();
  EXPECT_EQ(runs().size(), 10U);
  journal->forget_runs(3).value();
  EXPECT_EQ(runs(), (ids{"run-9", "run-8", "run-7"}));
  journal->forget_runs(0).value();
  EXPECT_TRUE(runs().empty());
}

// -- the quarantine ------------------------------------------------------------------

TEST_P(SyncJournal, KeepsWhoCouldNotBeSettledAndWhy) {
  quarantine({hurt("anna", "run-1", noon, "the 'database' refuses \"this\"")});
  reopen();
  const auto users = quarantined();
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(users[0].user_id, "anna");
  EXPECT_EQ(users[0].reason, "the 'database' refuses \"this\"");
  EXPECT_EQ(users[0].run_id, "run-1");
  EXPECT_EQ(users[0].first_at, noon);
  EXPECT_EQ(users[0].last_at, noon);
  EXPECT_EQ(users[0].attempts, 1U);
  EXPECT_EQ(journal->count_quarantined().value(), 1U);
}

TEST_P(SyncJournal, KeepsATimeFarAheadToTheMicrosecond) {
  const auto far_ahead = at("9999-12-31T23:59:59.999999Z");
  quarantine({hurt("anna", "run-1", far_ahead)});
  const auto users = quarantined();
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(users[0].first_at, far_ahead);
  EXPECT_EQ(users[0].last_at, far_ahead);
}

TEST_P(SyncJournal, OrdersRunsFarAheadByTheMicrosecond) {
  const auto far_ahead = at("9999-12-31T23:59:59.999997Z");
  save(run("the first", far_ahead));
  save(run("a later one", far_ahead + std::chrono::microseconds{2}));
  save(run("between", far_ahead + std::chrono::microseconds{1}));
  EXPECT_EQ(runs(), (ids{"a later one", "between", "the first"}));
}

TEST_P(SyncJournal, CountsTheAttemptsAndKeepsTheFirstTime) {
  quarantine({hurt("anna", "run-1", noon, "one reason")});
  quarantine({hurt("anna", "run-2", noon + minutes{60}, "another")});
  quarantine({hurt("anna", "run-3", noon + minutes{120}, "a third")});
  const auto users = quarantined();
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(users[0].reason, "a third");
  EXPECT_EQ(users[0].run_id, "run-3");
  EXPECT_EQ(users[0].first_at, noon);
  EXPECT_EQ(users[0].last_at, noon + minutes{120});
  EXPECT_EQ(users[0].attempts, 3U);
}

TEST_P(SyncJournal, AUserGivenTwiceAtOnceIsOneAttempt) {
  quarantine(
      {hurt("anna", "run-1", noon), hurt("ben", "run-1", noon), hurt("anna", "run-1", noon)});
  EXPECT_EQ(quarantined_ids(), (ids{"anna", "ben"}));
  EXPECT_EQ(quarantined().at(0).attempts, 1U);
}

TEST_P(SyncJournal, ReleasesThoseThatTheRunHasNotPutThereAgain) {
  quarantine({hurt("anna", "run-1", noon), hurt("ben", "run-1", noon)});
  quarantine({hurt("ben", "run-2", noon), hurt("cy", "run-2", noon)});
  journal->release_others("run-2").value();
  EXPECT_EQ(quarantined_ids(), (ids{"ben", "cy"}));
  journal->release_others("run-3").value();
  EXPECT_TRUE(quarantined().empty());
  quarantine({hurt("ben", "run-4", noon + minutes{9})});
  EXPECT_EQ(quarantined().at(0).attempts, 1U); // anew
  EXPECT_EQ(quarantined().at(0).first_at, noon + minutes{9});
}

TEST_P(SyncJournal, ListsTheLatestInQuarantineFirst) {
  quarantine({hurt("b", "run", noon), hurt("a", "run", noon)});
  quarantine({hurt("c", "run", noon + minutes{1})});
  EXPECT_EQ(quarantined_ids(), (ids{"c", "a", "b"}));
  EXPECT_EQ(quarantined(1).size(), 1U);
  EXPECT_EQ(journal->count_quarantined().value(), 3U);
}

TEST_P(SyncJournal, QuarantinesNobodyAndThousands) {
  quarantine({});
  EXPECT_EQ(journal->count_quarantined().value(), 0U);
  std::vector<quarantined_user> many;
  for (int i = 0; i < 2'000; ++i)
    many.push_back(hurt("\\x" + std::to_string(i) + " \"{,}'", "run", noon));
  quarantine(many);
  EXPECT_EQ(journal->count_quarantined().value(), 2'000U);
  EXPECT_EQ(quarantined(5'000).size(), 2'000U);
}

} // namespace
} // namespace standings
