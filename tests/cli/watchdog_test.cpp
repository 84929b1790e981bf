#include "actors/supervision/system.hpp"
#include "cli/watchdog.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <gtest/gtest.h>

#include <atomic>

namespace standings {
namespace {

using namespace std::chrono_literals;

health_actor::behavior_type answering(health_actor::pointer) {
  const auto report = [] {
    health_report out;
    out.ready = true;
    return out;
  };
  return {[report](get_status) { return report(); },
          [report](get_prompt_status) {
            return report();
          }};
}

health_actor::behavior_type refusing(health_actor::pointer) {
  const auto refusal = [] {
    return to_error(errc::store_unavailable, "it is being restarted");
  };
  return {[refusal](get_status) -> caf::result<health_report> { return refusal(); },
          [refusal](get_prompt_status) -> caf::result<health_report> {
            return refusal();
          }};
}

/// Keeps its promise to itself.
health_actor::behavior_type stuck(health_actor::pointer self) {
  auto kept = std::make_shared<std::vector<caf::typed_response_promise<health_report>>>();
  const auto promise = [self, kept] {
    kept->push_back(self->make_response_promise<health_report>());
    return kept->back();
  };
  return {[promise](get_status) -> caf::result<health_report> { return promise(); },
          [promise](get_prompt_status) -> caf::result<health_report> {
            return promise();
          }};
}

class LookAtService : public testing::Test {
protected:
  template <class F>
  liveness look(F f, std::chrono::microseconds limit = 10s) {
    const health_actor health = system_.spawn(f);
    auto out = look_at_service(system_, health, pulses_, limit);
    caf::anon_send_exit(health, caf::exit_reason::kill);
    return out;
  }

  loop_pulses pulses_;

private:
  system_config config_;
  caf::actor_system system_{config_};
};

TEST_F(LookAtService, FindsProgressWhereTheActorsAnswer) {
  const auto found = look(answering);
  EXPECT_EQ(found.stuck, "");
  EXPECT_EQ(found.status, "Ready");
}

TEST_F(LookAtService, FindsProgressWhereAnActorIsBeingRestarted) {
  EXPECT_EQ(look(refusing).stuck, "");
}

TEST_F(LookAtService, FindsActorsThatDoNotAnswer) {
  EXPECT_EQ(look(stuck, 10ms).stuck, "the actors do not answer");
}

TEST_F(LookAtService, FindsAnEventLoopThatStandsStill) {
  const auto pulse = pulses_.join(loop_pulses::clock::now() - 1min);
  EXPECT_EQ(look(answering).stuck.find("an event loop has not taken a turn for 6"), 0U);
  pulse->beat(loop_pulses::clock::now());
  EXPECT_EQ(look(answering).stuck, "");
}

TEST(StatusLine, NamesWhatIsDown) {
  health_report r;
  EXPECT_EQ(status_line(r), "Starting");
  r.ready = true;
  r.children.push_back({"scoring", child_state::running, 0, ""});
  EXPECT_EQ(status_line(r), "Ready");
  r.degraded = true;
  r.workers.push_back({"score_writer/0", child_state::backing_off, 3, "s3cr3t"});
  EXPECT_EQ(status_line(r), "Degraded: score_writer/0 backing_off");
  r.ready = false;
  EXPECT_EQ(status_line(r), "Not ready: score_writer/0 backing_off");
}

TEST(Watchdog, LooksUntilItEnds) {
  std::atomic<int> looks = 0;
  std::atomic<int> reports = 0;
  {
    const watchdog dog{std::chrono::microseconds{1},
                       [&] {
                         ++looks;
                         return liveness{};
                       },
                       [&](const liveness&) {
                         ++reports;
                       }};
    while (reports < 3)
      std::this_thread::yield();
  }
  EXPECT_EQ(looks, reports);
}

} // namespace
} // namespace standings
