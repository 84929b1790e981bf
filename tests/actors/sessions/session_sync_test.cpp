#include "actors/sessions/session_sync.hpp"
#include "tests/support/actor_test.hpp"

#include <caf/event_based_actor.hpp>
#include <gmock/gmock.h>

#include <deque>

namespace standings::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// How the stub workers behave, and what they have done.
struct bench {
  std::vector<std::vector<std::string>> batches;
  std::vector<std::string> cursors;
  std::size_t pages = 3;    ///< of a full sync
  bool away = false;        ///< the worker dies when asked
  bool refuse = false;      ///< it answers with an error, and lives
  bool hold = false;        ///< it keeps its answers
  bool unreachable = false; ///< workers cannot connect
  caf::actor syncing;       ///< a look_due makes it give one of the answers it holds
  int starts = 0;
  int tries = 0;
  sessions_synced answer;
};
using bench_ptr = std::shared_ptr<bench>;

sessions_synced read(std::uint64_t n) {
  sessions_synced out;
  out.read = n;
  return out;
}

/// Untyped, so that it also accepts a look_due.
caf::behavior worker(caf::event_based_actor* self, bench_ptr b, session_sync_front_actor front,
                     std::size_t index) {
  self->set_exception_handler([](std::exception_ptr& e) { return exit_reason_of("worker", e); });
  ++b->starts;
  if (b->unreachable)
    throw crash{{errc::store_unavailable, "away", {}}};
  self->send(front, worker_ready{index});
  if (index == 0)
    b->syncing = self;
  auto held = std::make_shared<std::deque<caf::typed_response_promise<sessions_synced>>>();
  const auto fails = [b]() -> bool {
    ++b->tries;
    if (b->away)
      throw crash{{errc::store_unavailable, "connection lost", {}}};
    return b->refuse;
  };
  return {
      [=](const sync_sessions& m) -> caf::result<sessions_synced> {
        if (fails())
          return to_error(errc::store_unavailable, "not now");
        b->batches.push_back(m.ids);
        if (b->hold) {
          held->push_back(self->make_response_promise<sessions_synced>());
          return held->back();
        }
        auto out = b->answer;
        out.read = m.ids.size();
        return out;
      },
      [=](const sync_page& m) -> caf::result<page_synced> {
        if (fails())
          return to_error(errc::store_unavailable, "not now");
        b->cursors.push_back(m.cursor);
        const auto page = m.cursor.empty() ? 1U : std::stoul(m.cursor) + 1U;
        return page_synced{read(10), page == b->pages ? "" : std::to_string(page)};
      },
      [=](const compare_sessions& m) -> caf::result<session_comparison> {
        return session_comparison{{}, m.cursor + "next"};
      },
      [=](look_due) {
        held->front().deliver(sessions_synced{});
        held->pop_front();
      },
  };
}

key_listener_actor::behavior_type listener(key_listener_actor::pointer) {
  return {[](listen_on) {
  }};
}

class SessionSync : public ActorTest {
protected:
  void start(session_sync_options with = {}) {
    session_children children;
    children.worker = [b = bench_](caf::local_actor* owner, session_sync_front_actor front,
                                   std::size_t index) {
      return caf::actor_cast<session_worker_actor>(
          owner->spawn(worker, b, std::move(front), index));
    };
    children.listener = [this](caf::local_actor* owner, const key_listener_target_actor&) {
      auto made = owner->spawn(listener);
      listener_ = caf::actor_cast<caf::actor>(made);
      return made;
    };
    sync_ = spawn(session_sync, children, with);
    settle();
  }

  void subscribed(bool notified = true, const std::string& lost = "subscribed") {
    caf::anon_send(sync_, listener_state{notified, lost});
    settle();
  }

  /// Starts it and lets the initial full sync pass.
  void start_synced(session_sync_options with = {}) {
    start(with);
    subscribed();
    bench_->cursors.clear();
  }

  void hint(const std::vector<std::string>& ids) {
    keys_hinted m;
    for (const auto& id : ids)
      m.hints.push_back({id, now_us()});
    EXPECT_TRUE(ask<bool>(sync_, m).value());
  }

  std::int64_t now_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(now().time_since_epoch()).count();
  }

  sessions_status report() { return ask<sessions_status>(sync_, get_sessions_status{}).value(); }

  void answer_held() {
    caf::anon_send(bench_->syncing, look_due{});
    settle();
  }

  ~SessionSync() override { bench_->syncing = nullptr; }

  bench_ptr bench_ = std::make_shared<bench>();
  session_sync_front_actor sync_;
  caf::actor listener_;
};

TEST_F(SessionSync, SyncsEverythingOnceAtTheStart) {
  start();
  EXPECT_THAT(bench_->cursors, IsEmpty()) << "it waits a moment for the subscription";
  subscribed();
  EXPECT_THAT(bench_->cursors, ElementsAre("", "1", "2"));
  EXPECT_EQ(report().full_syncs, 1U);
  EXPECT_EQ(report().last_full_sync.what.read, 30U);
}

TEST_F(SessionSync, DoesNotWaitLongForTheSubscription) {
  start();
  advance(1s);
  EXPECT_THAT(bench_->cursors, ElementsAre("", "1", "2"));
  subscribed();
  EXPECT_EQ(report().full_syncs, 2U) << "what changed before the subscription was not told";
}

TEST_F(SessionSync, BringsAChangedSessionAtOnce) {
  start_synced();
  hint({"a"});
  EXPECT_THAT(bench_->batches, ElementsAre(ElementsAre("a")));
  EXPECT_EQ(report().totals.read, 31U);
}

TEST_F(SessionSync, CoalescesWhatChangesWhileAStepRuns) {
  start_synced();
  bench_->hold = true;
  hint({"a"});
  hint({"b", "a", "b", "c"});
  hint({"b"});
  EXPECT_THAT(bench_->batches, ElementsAre(ElementsAre("a")));
  EXPECT_EQ(report().pending, 3U);
  answer_held();
  EXPECT_THAT(bench_->batches, ElementsAre(ElementsAre("a"), ElementsAre("b", "a", "c")));
  EXPECT_EQ(report().hints, 6U);
  EXPECT_EQ(report().coalesced, 2U);
}

TEST_F(SessionSync, KeepsItsStepsSmall) {
  start_synced({.batch = 2});
  bench_->hold = true;
  hint({"a", "b", "c", "d", "e"});
  EXPECT_THAT(bench_->batches, ElementsAre(ElementsAre("a", "b")));
  answer_held();
  answer_held();
  EXPECT_THAT(bench_->batches,
              ElementsAre(ElementsAre("a", "b"), ElementsAre("c", "d"), ElementsAre("e")));
}

TEST_F(SessionSync, TooManyChangesMakeOneFullSync) {
  start_synced({.max_pending = 3});
  bench_->hold = true;
  hint({"a"});
  hint({"b", "c", "d", "e", "f", "g"});
  EXPECT_EQ(report().pending, 0U) << "memory stays bounded";
  EXPECT_EQ(report().overflows, 1U);
  bench_->hold = false;
  answer_held();
  EXPECT_EQ(report().full_syncs, 2U);
  EXPECT_EQ(report().full_sync_reason, "more changes than may wait");
  hint({"h"});
  EXPECT_THAT(bench_->batches, ElementsAre(ElementsAre("a"), ElementsAre("h")));
}

TEST_F(SessionSync, ChangesDoNotWaitForAFullSyncToEnd) {
  bench_->pages = 1'000'000;
  start();
  bench_->hold = true;
  caf::anon_send(sync_, keys_hinted{{{"a", now_us()}}, 0});
  caf::anon_send(sync_, listener_state{true, "subscribed"});
  settle();
  EXPECT_THAT(bench_->batches, ElementsAre(ElementsAre("a")));
  bench_->pages = bench_->cursors.size() + 2;
  bench_->hold = false;
  answer_held();
  EXPECT_EQ(report().full_syncs, 1U);
}

TEST_F(SessionSync, AFullSyncDoesNotWaitForChangesToEnd) {
  start_synced({.batch = 1});
  caf::anon_send(sync_, keys_hinted{{{"a", 0}, {"b", 0}, {"c", 0}}, 0});
  caf::anon_send(sync_, listener_state{true, "Redis was flushed"});
  settle();
  EXPECT_EQ(report().full_syncs, 2U);
  EXPECT_EQ(report().full_sync_reason, "Redis was flushed");
  EXPECT_EQ(bench_->batches.size(), 3U);
}

TEST_F(SessionSync, AFailedStepIsTriedAgainWithItsFirstTime) {
  start_synced();
  bench_->refuse = true;
  hint({"a"});
  EXPECT_EQ(report().pending, 1U);
  EXPECT_FALSE(report().last_error.empty());
  bench_->refuse = false;
  hint({"b"});
  EXPECT_THAT(bench_->batches, IsEmpty()) << "it backs off";
  advance(1s);
  EXPECT_THAT(bench_->batches, ElementsAre(ElementsAre("a", "b")));
  EXPECT_GE(report().lag.p99_us, 1'000'000) << "the time it took counts";
}

TEST_F(SessionSync, BacksOffLongerAndLonger) {
  start_synced();
  bench_->refuse = true;
  hint({"a"});
  const auto tries_in = [&](int tenths) {
    const auto before = bench_->tries;
    for (int i = 0; i < tenths; ++i)
      advance(100ms);
    return bench_->tries - before;
  };
  EXPECT_EQ(tries_in(20), 3) << "after 0.2, 0.6 and 1.4 s";
  tries_in(200);
  EXPECT_LE(tries_in(200), 2);
  bench_->refuse = false;
  EXPECT_EQ(tries_in(400), 1);
  EXPECT_THAT(bench_->batches, ElementsAre(ElementsAre("a")));
}

TEST_F(SessionSync, ALostWorkerIsReplacedAndNothingIsForgotten) {
  start_synced();
  bench_->away = true;
  hint({"a"});
  EXPECT_FALSE(report().working);
  hint({"b"});
  EXPECT_EQ(ask<sessions_synced>(sync_, sync_session{"c"}).error().code, errc::store_unavailable);
  EXPECT_EQ(ask<full_sync_report>(sync_, sync_all_sessions{}).error().code,
            errc::store_unavailable);
  bench_->away = false;
  advance(3s);
  advance(3s);
  EXPECT_TRUE(report().working);
  EXPECT_THAT(bench_->batches, ElementsAre(testing::UnorderedElementsAre("a", "b")));
  EXPECT_EQ(report().pending, 0U);
  EXPECT_EQ(report().full_syncs, 2U) << "a database that comes back may have lost rows";
}

TEST_F(SessionSync, AFailedFullSyncIsTriedAgain) {
  start();
  bench_->refuse = true;
  subscribed();
  EXPECT_EQ(report().full_syncs, 0U);
  EXPECT_EQ(report().failed_full_syncs, 1U);
  bench_->refuse = false;
  advance(1s);
  EXPECT_EQ(report().full_syncs, 1U);
  EXPECT_TRUE(report().last_error.empty());
}

TEST_F(SessionSync, WorkersThatCannotConnectAreTriedAgainAndAgain) {
  bench_->unreachable = true;
  start();
  for (int i = 0; i < 20; ++i)
    advance(3s);
  EXPECT_GT(bench_->starts, 20);
  bench_->unreachable = false;
  advance(3s);
  EXPECT_TRUE(report().working);
  EXPECT_EQ(report().full_syncs, 1U);
}

TEST_F(SessionSync, SaysWhyAWorkerCannotConnectAndForgetsItWhenItCan) {
  bench_->unreachable = true;
  start();
  subscribed();
  EXPECT_EQ(report().problem, "away");
  const auto refused = ask<full_sync_report>(sync_, sync_all_sessions{});
  EXPECT_EQ(refused.error().code, errc::store_unavailable);
  EXPECT_EQ(refused.error().detail, "away");
  bench_->unreachable = false;
  advance(3s);
  EXPECT_EQ(report().problem, "");
  EXPECT_EQ(report().full_syncs, 1U);
}

TEST_F(SessionSync, ANewSubscriptionMakesAFullSync) {
  start_synced();
  caf::anon_send_exit(listener_, caf::exit_reason::kill);
  settle();
  EXPECT_FALSE(report().listening);
  advance(3s);
  subscribed();
  EXPECT_TRUE(report().listening);
  EXPECT_EQ(report().full_syncs, 2U);
}

TEST_F(SessionSync, ALookThatFoundNothingLostMakesNone) {
  start_synced();
  subscribed(true, "");
  EXPECT_EQ(report().full_syncs, 1U);
}

TEST_F(SessionSync, SyncsEverythingAtTheInterval) {
  start_synced({.full_sync_interval = 60s});
  for (int i = 0; i < 59; ++i)
    advance(1s);
  EXPECT_EQ(report().full_syncs, 1U);
  advance(1s);
  EXPECT_EQ(report().full_syncs, 2U);
}

TEST_F(SessionSync, PollsWhereChangesAreNotTold) {
  start({.full_sync_interval = 60s, .poll_interval = 10s});
  subscribed(false);
  EXPECT_FALSE(report().notified);
  for (int i = 0; i < 30; ++i)
    advance(1s);
  EXPECT_EQ(report().full_syncs, 4U);
  EXPECT_EQ(report().full_sync_reason, "polling");
}

TEST_F(SessionSync, ARequestIsAnsweredByAFullSyncThatStartsAfterIt) {
  start_synced();
  EXPECT_EQ(ask<full_sync_report>(sync_, sync_all_sessions{})->what.read, 30U);
  EXPECT_EQ(report().full_syncs, 2U);
}

TEST_F(SessionSync, TooManyRequestsAreRefused) {
  start_synced({.max_waiting = 2});
  bench_->hold = true;
  hint({"a"}); // the full sync waits for this batch
  std::vector<pending<full_sync_report>> askers;
  for (int i = 0; i < 3; ++i)
    askers.push_back(request<full_sync_report>(sync_, sync_all_sessions{}));
  settle();
  EXPECT_FALSE(askers[0].answered());
  EXPECT_EQ(askers[2].get().error().code, errc::overloaded);
  bench_->hold = false;
  answer_held();
  EXPECT_EQ(askers[0].get()->what.read, 30U);
  EXPECT_EQ(askers[1].get()->what.read, 30U);
}

TEST_F(SessionSync, WhoWaitsIsToldWhenTheServiceStops) {
  start_synced();
  bench_->hold = true;
  hint({"a"});
  auto asker = request<full_sync_report>(sync_, sync_all_sessions{});
  settle();
  caf::anon_send(sync_, stop_waiting{});
  settle();
  EXPECT_EQ(asker.get().error().code, errc::shutting_down);
}

TEST_F(SessionSync, OneSessionIsSyncedOnRequest) {
  start_synced();
  EXPECT_EQ(ask<sessions_synced>(sync_, sync_session{"a"})->read, 1U);
  EXPECT_EQ(ask<sessions_synced>(sync_, sync_session{""}).error().code, errc::invalid_session);
  bench_->answer.gone = 1;
  EXPECT_EQ(ask<sessions_synced>(sync_, sync_session{"a"}).error().code, errc::unknown_session);
  bench_->answer = {};
  bench_->answer.not_ours = 1;
  EXPECT_EQ(ask<sessions_synced>(sync_, sync_session{"a"}).error().code, errc::unknown_session);
  bench_->answer = {};
  bench_->answer.problems = {{"a", "not valid JSON"}};
  const auto refused = ask<sessions_synced>(sync_, sync_session{"a"});
  EXPECT_EQ(refused.error().code, errc::invalid_session);
  EXPECT_EQ(refused.error().detail, "not valid JSON");
}

TEST_F(SessionSync, AComparisonGoesToItsOwnWorker) {
  start_synced();
  bench_->hold = true;
  hint({"a"});
  EXPECT_EQ(ask<session_comparison>(sync_, compare_sessions{"x", 10})->cursor, "xnext");
}

TEST_F(SessionSync, AWorkerThatHangsIsReplaced) {
  start_synced({.step_timeout = 5s});
  bench_->hold = true;
  hint({"a"});
  bench_->hold = false;
  const auto before = bench_->starts;
  for (int i = 0; i < 10; ++i)
    advance(1s);
  EXPECT_EQ(bench_->starts, before + 1);
  EXPECT_THAT(bench_->batches, ElementsAre(ElementsAre("a"), ElementsAre("a")));
}

TEST_F(SessionSync, MeasuresTheTimeFromTheHintToTheRow) {
  start_synced();
  bench_->hold = true;
  hint({"a"});
  advance(40ms);
  answer_held();
  const auto lag = report().lag;
  EXPECT_EQ(lag.samples, 1U);
  EXPECT_EQ(lag.last_us, 40'000);
  EXPECT_EQ(lag.p50_us, 40'000);
}

TEST_F(SessionSync, SwitchedOffAnswersSoAndStartsNothing) {
  start({.enabled = false});
  advance(10s);
  EXPECT_EQ(bench_->starts, 0);
  EXPECT_FALSE(report().enabled);
  EXPECT_EQ(ask<full_sync_report>(sync_, sync_all_sessions{}).error().code, errc::feature_disabled);
  EXPECT_EQ(ask<sessions_synced>(sync_, sync_session{"a"}).error().code, errc::feature_disabled);
  EXPECT_EQ(ask<session_comparison>(sync_, compare_sessions{}).error().code,
            errc::feature_disabled);
  EXPECT_THAT(ask<component_status>(sync_, get_status{})->workers, IsEmpty());
}

} // namespace
} // namespace standings::test
