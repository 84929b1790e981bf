#include "actors/supervision/relay.hpp"
#include "actors/supervision/supervisor.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/recorded_events.hpp"

#include <caf/event_based_actor.hpp>
#include <gmock/gmock.h>

#include <map>
#include <memory>
#include <string>

namespace standings::test {
namespace {

using ::testing::ElementsAre;

/// How the children under test behave, and what they have done.
struct journal {
  std::vector<std::string> lines;
  bool throw_on_start = false;
  bool refuse_to_stop = false;
};
using journal_ptr = std::shared_ptr<journal>;

/// Answers a string with its own name; crashes on `die` and `fail`, ends normally on `end`.
caf::behavior child(caf::event_based_actor* self, const std::string& name, journal_ptr log) {
  if (log->throw_on_start)
    throw std::runtime_error("no connection");
  log->lines.push_back("start " + name);
  self->attach_functor([log, name] { log->lines.push_back("end " + name); });
  if (log->refuse_to_stop)
    self->set_exit_handler([](const caf::exit_msg&) {});
  return {
      [self, name](const std::string& what) -> std::string {
        if (what == "die")
          throw std::runtime_error("told to");
        if (what == "fail")
          self->quit(to_error(errc::store_unavailable, "the disk is gone"));
        if (what == "end")
          self->quit();
        return name;
      },
  };
}

class Supervisor : public ActorTest {
protected:
  void start(const std::vector<std::string>& names, restart_limits limits = {}) {
    std::vector<supervised> children;
    for (const auto& name : names) {
      auto factory = [name, log = log_](caf::local_actor* owner) {
        return caf::actor{owner->spawn(child, name, log)};
      };
      relays_[name] = spawn_relay(system_);
      children.push_back({{name, factory, limits}, relays_[name]});
    }
    root_ = spawn(supervisor, std::move(children), supervisor_options{.events = events_});
    settle();
  }

  void tell(const std::string& name, const std::string& what) {
    caf::anon_send(relays_[name], what);
    settle();
  }

  result<std::string> call(const std::string& name) {
    return ask<std::string>(relays_[name], std::string{"who"});
  }

  child_status status_of(std::size_t index) {
    return ask<component_status>(root_, get_status{}).value().workers.at(index);
  }

  /// Advances until the child runs again; returns how long that took.
  std::chrono::milliseconds time_to_restart(std::size_t index, std::chrono::milliseconds limit) {
    std::chrono::milliseconds waited{0};
    while (status_of(index).state != child_state::running && waited < limit) {
      advance(10ms);
      waited += 10ms;
    }
    return waited;
  }

  const std::shared_ptr<recorded_events> events_ = std::make_shared<recorded_events>();
  journal_ptr log_ = std::make_shared<journal>();
  std::map<std::string, caf::actor> relays_;
  supervising_actor root_;
};

TEST_F(Supervisor, TellsWhenAChildIsLostAndWhenItWorksAgain) {
  start({"a"});
  EXPECT_THAT(events_->states(), ElementsAre());
  tell("a", "die");
  EXPECT_THAT(events_->states(), ElementsAre("restart began"));
  EXPECT_EQ(recorded_events::field(events_->all[0], "component"), "a");
  EXPECT_NE(recorded_events::field(events_->all[0], "reason"), "");
  time_to_restart(0, 1s);
  advance(10s);
  EXPECT_THAT(events_->states(), ElementsAre("restart began", "restart ended"));
  EXPECT_EQ(recorded_events::field(events_->all[1], "restarts"), "1");
}

TEST_F(Supervisor, TellsOfALostStoreOnceForAllItsChildren) {
  start({"a", "b"});
  tell("a", "fail");
  tell("b", "fail");
  EXPECT_THAT(events_->states(), ElementsAre("outage began"));
  time_to_restart(0, 1s);
  time_to_restart(1, 1s);
  advance(10s);
  EXPECT_THAT(events_->states(), ElementsAre("outage began", "outage ended"));
}

TEST_F(Supervisor, TellsThatAChildIsParked) {
  start({"a"}, {.intensity = 1});
  tell("a", "die");
  time_to_restart(0, 1s);
  tell("a", "die");
  EXPECT_THAT(events_->states(), ElementsAre("restart began", "restart parked"));
}

TEST_F(Supervisor, StartsChildrenInListOrder) {
  start({"a", "b", "c"});
  EXPECT_THAT(log_->lines, ElementsAre("start a", "start b", "start c"));
}

TEST_F(Supervisor, StopsChildrenInReverseOrderOneAfterTheOther) {
  start({"a", "b", "c"});
  log_->lines.clear();
  caf::anon_send_exit(root_, caf::exit_reason::user_shutdown);
  settle();
  EXPECT_THAT(log_->lines, ElementsAre("end c", "end b", "end a"));
}

TEST_F(Supervisor, KillsAChildThatDoesNotStopInTimeAndGoesOn) {
  log_->refuse_to_stop = true;
  start({"a", "b"});
  log_->lines.clear();
  caf::anon_send_exit(root_, caf::exit_reason::user_shutdown);
  settle();
  EXPECT_TRUE(log_->lines.empty());
  advance(10s);
  advance(10s);
  EXPECT_THAT(log_->lines, ElementsAre("end b", "end a"));
}

TEST_F(Supervisor, EachChildHasTheWholeTimeToStop) {
  log_->refuse_to_stop = true;
  start({"a", "b"});
  log_->lines.clear();
  caf::anon_send_exit(root_, caf::exit_reason::user_shutdown);
  advance(6s);
  tell("b", "end");
  advance(4s); // since the first child was asked
  EXPECT_THAT(log_->lines, ElementsAre("end b"));
  advance(6s);
  EXPECT_THAT(log_->lines, ElementsAre("end b", "end a"));
}

TEST_F(Supervisor, ATimerOfAnEarlierIncarnationStartsNoChild) {
  start({"a"});
  tell("a", "die");
  time_to_restart(0, 1s);
  tell("a", "die");
  caf::anon_send(root_, restart_child{0, 1});
  settle();
  EXPECT_EQ(status_of(0).state, child_state::backing_off);
  EXPECT_EQ(status_of(0).restarts, 1U);
}

TEST_F(Supervisor, RestartsADeadChildAfterItsBackOff) {
  start({"a"});
  tell("a", "die");
  EXPECT_EQ(status_of(0).state, child_state::backing_off);
  const auto waited = time_to_restart(0, 1s);
  EXPECT_GE(waited, 80ms);
  EXPECT_LE(waited, 130ms);
  EXPECT_EQ(status_of(0).restarts, 1U);
  EXPECT_EQ(call("a").value(), "a");
}

TEST_F(Supervisor, DoublesTheBackOffWithEachEnd) {
  start({"a"});
  auto expected = 100ms;
  for (int i = 0; i < 4; ++i) {
    tell("a", "die");
    const auto waited = time_to_restart(0, 10s);
    EXPECT_GE(waited, expected * 0.8) << "end " << i;
    EXPECT_LE(waited, expected * 1.2 + 10ms) << "end " << i;
    expected *= 2;
  }
}

TEST_F(Supervisor, ForgetsTheBackOffAfterAMinuteOfHealth) {
  start({"a"});
  for (int i = 0; i < 3; ++i) {
    tell("a", "die");
    time_to_restart(0, 10s);
  }
  advance(61s);
  tell("a", "die");
  EXPECT_LE(time_to_restart(0, 10s), 130ms);
}

TEST_F(Supervisor, AnswersUnavailableAtOnceWhileAChildIsDown) {
  start({"a", "b"});
  tell("a", "die");
  EXPECT_EQ(call("a").error().code, errc::store_unavailable);
  EXPECT_EQ(call("b").value(), "b");
}

TEST_F(Supervisor, RestartsAChildThatThrowsInItsBehaviourFunction) {
  log_->throw_on_start = true;
  start({"a"});
  EXPECT_EQ(status_of(0).state, child_state::backing_off);
  log_->throw_on_start = false;
  time_to_restart(0, 10s);
  EXPECT_EQ(call("a").value(), "a");
}

TEST_F(Supervisor, ParksAChildPastItsIntensityWhileTheOthersServe) {
  start({"a", "b"});
  for (int i = 0; i < 6; ++i) {
    tell("a", "die");
    time_to_restart(0, 10s);
  }
  EXPECT_EQ(status_of(0).state, child_state::parked);
  EXPECT_EQ(status_of(0).restarts, 5U);
  EXPECT_EQ(call("a").error().code, errc::store_unavailable);
  EXPECT_EQ(status_of(1).state, child_state::running);
  EXPECT_EQ(status_of(1).restarts, 0U);
  EXPECT_EQ(call("b").value(), "b");
}

TEST_F(Supervisor, TriesAParkedChildAgainAfterFiveMinutes) {
  start({"a"});
  for (int i = 0; i < 6; ++i) {
    tell("a", "die");
    time_to_restart(0, 10s);
  }
  ASSERT_EQ(status_of(0).state, child_state::parked);
  advance(200s);
  EXPECT_EQ(status_of(0).state, child_state::parked);
  advance(101s);
  EXPECT_EQ(status_of(0).state, child_state::running);
  EXPECT_EQ(call("a").value(), "a");
}

TEST_F(Supervisor, EndsThatAreFarApartDoNotPark) {
  start({"a"});
  for (int i = 0; i < 12; ++i) {
    tell("a", "die");
    time_to_restart(0, 60s);
    advance(20s);
  }
  EXPECT_EQ(status_of(0).state, child_state::running);
}

TEST_F(Supervisor, DoesNotRestartATransientChildThatEndsNormally) {
  start({"a"}, {.policy = restart::transient});
  tell("a", "end");
  advance(60s);
  EXPECT_EQ(status_of(0).state, child_state::stopped);
  EXPECT_EQ(status_of(0).restarts, 0U);
}

TEST_F(Supervisor, RestartsATransientChildThatDies) {
  start({"a"}, {.policy = restart::transient});
  tell("a", "die");
  advance(1s);
  EXPECT_EQ(status_of(0).restarts, 1U);
}

TEST_F(Supervisor, NeverRestartsATemporaryChild) {
  start({"a"}, {.policy = restart::temporary});
  tell("a", "die");
  advance(60s);
  EXPECT_EQ(status_of(0).state, child_state::stopped);
}

TEST_F(Supervisor, StopsItsChildrenWhenItIsKilled) {
  start({"a", "b"});
  log_->lines.clear();
  caf::anon_send_exit(root_, caf::exit_reason::kill);
  settle();
  EXPECT_THAT(log_->lines, ::testing::UnorderedElementsAre("end a", "end b"));
}

TEST_F(Supervisor, DoesNotRestartWhileItStops) {
  start({"a", "b"});
  tell("a", "die");
  caf::anon_send_exit(root_, caf::exit_reason::user_shutdown);
  settle();
  log_->lines.clear();
  advance(10s);
  EXPECT_TRUE(log_->lines.empty());
}

TEST_F(Supervisor, SaysWhyAChildDied) {
  start({"a"});
  tell("a", "fail");
  EXPECT_EQ(status_of(0).last_error, "store_unavailable: the disk is gone");
}

} // namespace
} // namespace standings::test
