#include "actors/health.hpp"
#include "tests/support/actor_test.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <gmock/gmock.h>

#include <memory>
#include <string>

namespace standings::test {
namespace {

using enum child_state;

child_status child(const std::string& name, child_state state = running) {
  return {name, state, 0, {}};
}

/// What the stub actors report.
struct parts {
  component_status root{{child("period_clock")}, {}};
  component_status scoring{{child("score_writer/0"), child("score_writer/1")},
                           {{"writers_ready", 2}}};
  component_status loading{{child("hydration_worker/0")}, {}};
  component_status feature{{child("feature_worker")}, {{"feature_gauge", 7}}};
  hydration_status progress;
  bool feature_is_silent = false;
  std::vector<caf::typed_response_promise<component_status>> unanswered;
};

class Health : public ActorTest {
protected:
  Health() {
    parts_->progress.complete = true;
    parts_->progress.cache_reachable = true;
    parts_->progress.database_reachable = true;
    const auto root = spawn([p = parts_](caf::event_based_actor*) -> caf::behavior {
      return {[p](get_status) {
        return p->root;
      }};
    });
    const auto scoring = spawn([p = parts_](caf::event_based_actor*) -> caf::behavior {
      return {[p](get_status) {
        return p->scoring;
      }};
    });
    const auto loading = spawn([p = parts_](caf::event_based_actor*) -> caf::behavior {
      return {
          [p](get_status) { return p->loading; },
          [p](get_hydration_status) { return p->progress; },
      };
    });
    const auto feature = spawn([p = parts_](caf::event_based_actor* self) -> caf::behavior {
      return {[self, p](get_status) -> caf::result<component_status> {
        if (!p->feature_is_silent)
          return p->feature;
        return p->unanswered.emplace_back(self->make_response_promise<component_status>());
      }};
    });
    health_ =
        spawn(health, caf::actor_cast<supervisor_actor>(root),
              caf::actor_cast<scoring_actor>(scoring), caf::actor_cast<hydration_actor>(loading),
              std::vector<status_actor>{caf::actor_cast<status_actor>(feature)});
  }

  health_report report() { return ask<health_report>(health_, get_status{}).value(); }

  std::shared_ptr<parts> parts_ = std::make_shared<parts>();
  health_actor health_;
};

TEST_F(Health, IsReadyWhereAllRunsAndTheCacheIsComplete) {
  const auto found = report();
  EXPECT_TRUE(found.ready);
  EXPECT_FALSE(found.degraded);
  EXPECT_EQ(found.children.size(), 1U);
  EXPECT_EQ(found.workers.size(), 4U);
  EXPECT_THAT(found.gauges, testing::UnorderedElementsAre(testing::Pair("writers_ready", 2),
                                                          testing::Pair("feature_gauge", 7)));
}

TEST_F(Health, IsNotReadyBeforeAllWritersWereOnce) {
  parts_->scoring.gauges = {{"writers_ready", 1}};
  EXPECT_FALSE(report().ready);
  parts_->scoring.gauges = {{"writers_ready", 2}};
  EXPECT_TRUE(report().ready);
  parts_->scoring.gauges = {{"writers_ready", 1}};
  EXPECT_TRUE(report().ready) << "reads go on";
  EXPECT_TRUE(report().degraded);
}

TEST_F(Health, IsNotReadyWhileTheCacheIsIncompleteOrAway) {
  parts_->progress.complete = false;
  EXPECT_FALSE(report().ready);
  parts_->progress.complete = true;
  parts_->progress.cache_reachable = false;
  EXPECT_FALSE(report().ready);
}

TEST_F(Health, AFeatureThatIsDownDegradesAndAllElseServes) {
  parts_->feature.workers = {child("feature_worker", backing_off)};
  EXPECT_TRUE(report().degraded);
  EXPECT_TRUE(report().ready);
}

TEST_F(Health, DoesNotWaitForAFeatureThatDoesNotAnswer) {
  parts_->feature_is_silent = true;
  auto asked = request<health_report>(health_, get_status{});
  settle();
  EXPECT_FALSE(asked.answered());
  advance(1s);
  const auto found = asked.get().value();
  EXPECT_TRUE(found.degraded);
  EXPECT_TRUE(found.ready);
}

TEST_F(Health, TellsAtOnceWhatItKnowsIfAskedToBePrompt) {
  parts_->feature_is_silent = true;
  auto asked = request<health_report>(health_, get_prompt_status{});
  settle();
  EXPECT_FALSE(asked.answered());
  advance(80ms);
  const auto found = asked.get().value();
  EXPECT_TRUE(found.degraded);
  EXPECT_EQ(found.workers.size(), 3U) << "without those of the silent feature";
}

TEST(DatabaseIsAway, WhereAWriterOrTheClockOrAReaderIsDown) {
  health_report well;
  well.hydration.database_reachable = true;
  well.children = {child("period_clock"), child("reconcile", backing_off)};
  well.workers = {child("score_writer/0"), child("session_worker", parked)};
  EXPECT_FALSE(database_is_away(well));
  auto clock_down = well;
  clock_down.children[0].state = backing_off;
  EXPECT_TRUE(database_is_away(clock_down));
  auto writer_down = well;
  writer_down.workers[0].state = backing_off;
  EXPECT_TRUE(database_is_away(writer_down));
  auto reader_down = well;
  reader_down.hydration.database_reachable = false;
  EXPECT_TRUE(database_is_away(reader_down));
}

} // namespace
} // namespace standings::test
