#include "actors/aliases/alias_mirror.hpp"
#include "tests/support/actor_test.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <gmock/gmock.h>

#include <memory>
#include <string>

namespace standings::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// What the stub workers return, and what they were asked.
struct mirror_world {
  alias_cycle next; ///< what the next cycles return
  std::vector<run_alias_cycle> runs;
  int resolved = 0;
  bool crash_in_cycle = false;
  bool crash_in_look_up = false;
  bool hold = false; ///< cycles are not answered until the worker is told to
  std::vector<caf::typed_response_promise<alias_cycle>> held;
  caf::actor_addr holder;
  stop_flag stop;
};
using world_ptr = std::shared_ptr<mirror_world>;

constexpr auto release_word = "release";

alias_worker_actor::behavior_type worker(alias_worker_actor::pointer self, world_ptr w) {
  self->set_exception_handler([](std::exception_ptr& e) { return exit_reason_of("worker", e); });
  return {
      [self, w](const run_alias_cycle& how) -> caf::result<alias_cycle> {
        w->runs.push_back(how);
        if (w->crash_in_cycle)
          throw crash{{errc::internal, "out of luck", {}}};
        if (!w->hold)
          return w->next;
        auto answer = self->make_response_promise<alias_cycle>();
        w->held.push_back(answer);
        w->holder = self->address();
        return answer;
      },
      [w](const resolve_names& names) -> caf::result<resolved_names> {
        if (names.team == release_word) { // only its own actor may answer a request
          for (auto& cycle : std::exchange(w->held, {}))
            cycle.deliver(w->next);
          return resolved_names{};
        }
        ++w->resolved;
        if (w->crash_in_look_up)
          throw crash{{errc::internal, "out of luck", {}}};
        if (names.team == "none")
          return to_error(errc::unknown_alias, "no team has this alias", "team");
        return resolved_names{{names.team}, {names.player}, false};
      },
  };
}

alias_cycle cycle_with(std::uint64_t added) {
  alias_cycle out;
  out.reason = alias_cycle_reason::source_changed;
  for (const auto type : all_alias_types)
    out.tables.emplace_back().type = type;
  out.tables[0].total = out.tables[0].added = added;
  return out;
}

alias_cycle cycle_without_source() {
  auto out = cycle_with(0);
  out.source_missing = true;
  out.error = "the alias source does not exist";
  return out;
}

class AliasMirror : public ActorTest {
protected:
  AliasMirror() { world->next = cycle_with(3); }

  void start(alias_mode mode = alias_mode::on) {
    const alias_worker_factory factory = [w = world](caf::local_actor* owner, std::size_t,
                                                     const stop_flag& stop) {
      w->stop = stop;
      return owner->spawn(worker, w);
    };
    mirror = spawn(alias_mirror, factory,
                   alias_mirror_options{.mode = mode, .source = "s.db", .interval = 2min});
    settle();
  }

  aliases_status status() { return ask<aliases_status>(mirror, get_aliases_status{}).value(); }
  auto sync(bool release = false) { return ask<alias_cycle>(mirror, sync_aliases{release}); }
  auto resolve(const std::string& team) {
    return ask<resolved_names>(mirror, resolve_names{team, "p"});
  }
  /// Answers the cycles that were held.
  void release() {
    caf::anon_send(caf::actor_cast<alias_worker_actor>(world->holder),
                   resolve_names{release_word, {}});
    settle();
  }

  auto ensure(alias_type of = alias_type::team) { return ask<bool>(mirror, ensure_aliases{of}); }

  world_ptr world = std::make_shared<mirror_world>();
  alias_mirror_actor mirror;
};

TEST_F(AliasMirror, RunsACycleAtTheStartAndThenEveryInterval) {
  start();
  EXPECT_EQ(world->runs.size(), 1U);
  for (std::size_t i = 2; i < 6; ++i) {
    advance(119s);
    EXPECT_EQ(world->runs.size(), i - 1);
    advance(1s);
    EXPECT_EQ(world->runs.size(), i);
    EXPECT_FALSE(world->runs.back().full) << "the worker decides";
  }
}

TEST_F(AliasMirror, TellsItsStateAndTheLatestCycles) {
  start();
  world->next = cycle_with(7);
  advance(2min);
  advance(30s);
  const auto now = status();
  EXPECT_TRUE(now.enabled);
  EXPECT_TRUE(now.running);
  EXPECT_FALSE(now.syncing);
  EXPECT_EQ(now.source, "s.db");
  EXPECT_EQ(now.interval, 2min);
  EXPECT_EQ(now.next_in, 90s);
  EXPECT_EQ(now.cycles, 2U);
  ASSERT_EQ(now.history.size(), 2U);
  EXPECT_EQ(now.history[0].sum(&alias_table_report::added), 7U) << "the latest first";
  EXPECT_EQ(now.history[1].sum(&alias_table_report::added), 3U);
}

TEST_F(AliasMirror, RemembersFiftyCycles) {
  start();
  for (int i = 0; i < 60; ++i)
    advance(2min);
  EXPECT_EQ(status().cycles, 61U);
  EXPECT_EQ(status().history.size(), 50U);
}

TEST_F(AliasMirror, ComparesEverythingOnRequest) {
  start();
  EXPECT_EQ(sync().value().sum(&alias_table_report::added), 3U);
  EXPECT_TRUE(world->runs.back().full);
  EXPECT_FALSE(world->runs.back().release);
  EXPECT_TRUE(sync(true));
  EXPECT_TRUE(world->runs.back().release);
  EXPECT_TRUE(sync());
  EXPECT_FALSE(world->runs.back().release) << "once";
}

TEST_F(AliasMirror, RunsOneMoreCycleForAllWhoAskDuringOne) {
  world->hold = true;
  start();
  std::vector<pending<alias_cycle>> askers;
  for (int i = 0; i < 5; ++i)
    askers.push_back(request<alias_cycle>(mirror, sync_aliases{i == 3}));
  settle();
  EXPECT_EQ(world->runs.size(), 1U);
  EXPECT_TRUE(status().syncing);
  release();
  EXPECT_EQ(world->runs.size(), 2U);
  EXPECT_TRUE(world->runs.back().release) << "somebody wanted it";
  for (auto& asker : askers)
    EXPECT_FALSE(asker.answered()) << "the first cycle began before the question";
  release();
  for (auto& asker : askers)
    EXPECT_TRUE(asker.get());
  EXPECT_EQ(world->runs.size(), 2U);
}

TEST_F(AliasMirror, NeverRunsTwoCyclesAtOnce) {
  world->hold = true;
  start();
  for (int i = 0; i < 4; ++i)
    advance(2min);
  EXPECT_EQ(world->runs.size(), 1U);
  world->hold = false;
  release();
  advance(2min);
  EXPECT_EQ(world->runs.size(), 2U);
}

TEST_F(AliasMirror, StopsAndStartsPeriodicCycles) {
  start();
  EXPECT_TRUE(ask<bool>(mirror, stop_aliases{}));
  for (int i = 0; i < 5; ++i)
    advance(2min);
  EXPECT_EQ(world->runs.size(), 1U);
  EXPECT_FALSE(status().running);
  EXPECT_TRUE(status().enabled);
  EXPECT_TRUE(sync()) << "on request, still";
  EXPECT_TRUE(ask<bool>(mirror, start_aliases{}));
  EXPECT_EQ(world->runs.size(), 3U) << "at once";
  EXPECT_TRUE(ask<bool>(mirror, start_aliases{})) << "twice is once";
  advance(2min);
  EXPECT_EQ(world->runs.size(), 4U);
}

TEST_F(AliasMirror, AWorkerThatCrashesIsReplacedAndTheNextCycleRuns) {
  start();
  world->crash_in_cycle = true;
  EXPECT_FALSE(sync());
  EXPECT_FALSE(status().history.front().error.empty());
  EXPECT_FALSE(sync()) << "refused at once while it is down";
  world->crash_in_cycle = false;
  advance(3s);
  EXPECT_TRUE(sync());
}

TEST_F(AliasMirror, AReleaseThatWasRefusedDoesNotHoldForALaterCycle) {
  start();
  world->hold = true;
  auto first = request<alias_cycle>(mirror, sync_aliases{false});
  settle();
  auto second = request<alias_cycle>(mirror, sync_aliases{true});
  settle();
  advance(alias_mirror_options{}.cycle_timeout - 10ms);
  caf::anon_send_exit(caf::actor_cast<caf::actor>(world->holder), caf::exit_reason::kill);
  settle(); // the worker is away when its cycle is given up
  advance(10ms);
  EXPECT_FALSE(first.get());
  EXPECT_FALSE(second.get());
  world->hold = false;
  advance(5s);
  advance(2min);
  ASSERT_FALSE(world->runs.empty());
  EXPECT_FALSE(world->runs.back().release);
}

TEST_F(AliasMirror, AnswersLookUpsDuringACycle) {
  start();
  world->hold = true;
  advance(2min);
  EXPECT_TRUE(status().syncing);
  EXPECT_THAT(resolve("rmcf").value().team_ids, ElementsAre("rmcf"));
}

TEST_F(AliasMirror, EqualQuestionsShareOneLookUp) {
  start();
  std::vector<pending<resolved_names>> askers;
  for (int i = 0; i < 100; ++i)
    askers.push_back(request<resolved_names>(mirror, resolve_names{std::to_string(i % 2), "p"}));
  settle();
  EXPECT_EQ(world->resolved, 2);
  for (std::size_t i = 0; i < askers.size(); ++i)
    EXPECT_THAT(askers[i].get().value().team_ids, ElementsAre(std::to_string(i % 2)));
}

TEST_F(AliasMirror, TooManyDifferentQuestionsAtOnceAreRefused) {
  start();
  std::vector<pending<resolved_names>> askers;
  for (int i = 0; i < 300; ++i)
    askers.push_back(request<resolved_names>(mirror, resolve_names{std::to_string(i), "p"}));
  settle();
  int refused = 0;
  for (auto& asker : askers)
    if (const auto found = asker.get(); !found) {
      EXPECT_EQ(found.error().code, errc::overloaded);
      ++refused;
    }
  EXPECT_GT(refused, 0);
  EXPECT_TRUE(resolve("again"));
}

TEST_F(AliasMirror, PassesOnWhichNameIsUnknown) {
  start();
  EXPECT_EQ(resolve("none").error().code, errc::unknown_alias);
  EXPECT_EQ(resolve("none").error().field, "team");
}

TEST_F(AliasMirror, ALostLookUpWorkerIsToldAndReplaced) {
  start();
  world->crash_in_look_up = true;
  EXPECT_FALSE(resolve("rmcf"));
  EXPECT_EQ(resolve("rmcf").error().code, errc::store_unavailable);
  world->crash_in_look_up = false;
  advance(3s);
  EXPECT_TRUE(resolve("rmcf"));
}

TEST_F(AliasMirror, CallsNothingUnknownBeforeTheFirstCycleIsOver) {
  world->hold = true;
  start();
  EXPECT_EQ(ensure().error().code, errc::cache_warming);
  EXPECT_EQ(resolve("rmcf").error().code, errc::cache_warming);
  release();
  EXPECT_TRUE(ensure());
  EXPECT_TRUE(resolve("rmcf"));
}

TEST_F(AliasMirror, CallsNothingUnknownWhereTheSourceCouldNotBeRead) {
  world->next = cycle_with(0);
  world->next.error = "the alias source is locked by another program";
  start();
  EXPECT_EQ(ensure().error().code, errc::store_unavailable);
  EXPECT_THAT(ensure().error().detail, HasSubstr("locked"));
  world->next = cycle_with(1);
  advance(2min);
  EXPECT_TRUE(ensure());
  world->next.error = "the alias source is locked by another program";
  advance(2min);
  EXPECT_TRUE(ensure()) << "what was mirrored once stays";
}

TEST_F(AliasMirror, ATableThatCannotBeReadLeavesTheOthersKnown) {
  auto cycle = cycle_with(1);
  cycle.tables.clear();
  for (const auto type : all_alias_types)
    cycle.tables.emplace_back().type = type;
  cycle.tables[index_of(alias_type::player)].error = "the alias source has no table player_aliases";
  world->next = cycle;
  start();
  for (const auto type : {alias_type::team, alias_type::league, alias_type::market})
    EXPECT_TRUE(ensure(type)) << to_string(type);
  EXPECT_EQ(ensure(alias_type::player).error().code, errc::store_unavailable);
  EXPECT_EQ(resolve("rmcf").error().code, errc::store_unavailable) << "it needs both tables";
  cycle.tables[index_of(alias_type::player)].error.clear();
  world->next = cycle;
  advance(2min);
  EXPECT_TRUE(ensure(alias_type::player));
  EXPECT_TRUE(resolve("rmcf"));
}

TEST_F(AliasMirror, SwitchedOffHasNoWorkersAndSaysSo) {
  start(alias_mode::off);
  for (int i = 0; i < 3; ++i)
    advance(2min);
  EXPECT_THAT(world->runs, IsEmpty());
  EXPECT_FALSE(status().enabled);
  EXPECT_THAT(status().reason, HasSubstr("aliases.enabled"));
  EXPECT_EQ(sync().error().code, errc::feature_disabled);
  EXPECT_EQ(ensure().error().code, errc::feature_disabled);
  EXPECT_EQ(resolve("rmcf").error().code, errc::feature_disabled);
  EXPECT_EQ(ask<bool>(mirror, start_aliases{}).error().code, errc::feature_disabled);
  EXPECT_EQ(ask<bool>(mirror, stop_aliases{}).error().code, errc::feature_disabled);
  EXPECT_THAT(ask<component_status>(mirror, get_status{}).value().workers, IsEmpty());
}

TEST_F(AliasMirror, WaitsForASourceWhereThatDecides) {
  world->next = cycle_without_source();
  start(alias_mode::automatic);
  EXPECT_FALSE(status().enabled);
  EXPECT_EQ(ensure().error().code, errc::feature_disabled);
  EXPECT_EQ(resolve("rmcf").error().code, errc::feature_disabled);
  EXPECT_EQ(sync().error().code, errc::feature_disabled);
  world->next = cycle_with(1);
  advance(2min);
  EXPECT_TRUE(status().enabled) << "it has come";
  EXPECT_TRUE(resolve("rmcf"));
  world->next = cycle_without_source();
  EXPECT_EQ(sync().value().error, world->next.error) << "now that is an error";
  EXPECT_TRUE(status().enabled);
  EXPECT_TRUE(resolve("rmcf"));
}

TEST_F(AliasMirror, ReportsAMissingSourceWhereItIsSwitchedOn) {
  world->next = cycle_without_source();
  start(alias_mode::on);
  EXPECT_TRUE(status().enabled);
  EXPECT_TRUE(sync().value().source_missing);
  EXPECT_EQ(ensure().error().code, errc::store_unavailable);
}

TEST_F(AliasMirror, WhoWaitsIsToldWhenTheServiceStops) {
  world->hold = true;
  start();
  auto asked = request<alias_cycle>(mirror, sync_aliases{});
  settle();
  caf::anon_send(mirror, stop_waiting{});
  settle();
  EXPECT_EQ(asked.get().error().code, errc::shutting_down);
  EXPECT_FALSE(world->stop->load());
  caf::anon_send_exit(mirror, caf::exit_reason::user_shutdown);
  settle();
  EXPECT_TRUE(world->stop->load()) << "a cycle that is under way ends early";
}

TEST_F(AliasMirror, TellsTheStateOfItsWorkers) {
  start();
  const auto component = ask<component_status>(mirror, get_status{}).value();
  ASSERT_EQ(component.workers.size(), 2U);
  EXPECT_EQ(component.workers[0].name, "alias_worker/0");
  EXPECT_EQ(component.workers[0].state, child_state::running);
}

} // namespace
} // namespace standings::test
