#include "actors/aliases/alias_mirror.hpp"
#include "actors/leaderboard/hydration.hpp"
#include "actors/leaderboard/scoring.hpp"
#include "actors/reconcile/reconcile.hpp"
#include "actors/sessions/session_sync.hpp"
#include "stores/memory/rank_cache.hpp"
#include "tests/support/actor_test.hpp"

#include <caf/event_based_actor.hpp>

#include <stdexcept>

namespace standings::test {
namespace {

enum class way_out : std::uint8_t { exit, exception };

constexpr auto some_run = "11111111-1111-1111-1111-111111111111";

/// A worker that is ready and answers nothing.
template <class Front>
caf::behavior silent(caf::event_based_actor* self, const Front& front, std::size_t index) {
  self->set_default_handler(caf::skip);
  self->send(front, worker_ready{index});
  return {
      [](int) {},
  };
}

/// Handles no message and sends none.
caf::behavior deaf(caf::event_based_actor* self) {
  self->set_default_handler(caf::skip);
  return {
      [](int) {},
  };
}

template <class Worker, class Front>
Worker spawn_silent(caf::local_actor* owner, const Front& front, std::size_t index) {
  return caf::actor_cast<Worker>(owner->spawn(silent<Front>, front, index));
}

/// Fronts whose workers never answer, and which then end.
class WhoeverWaits : public ActorTest, public testing::WithParamInterface<way_out> {
protected:
  template <class State, class Front>
  void end(const Front& front) {
    if (GetParam() == way_out::exit) {
      caf::anon_send_exit(front, caf::exit_reason::user_shutdown);
    } else {
      const auto helper = system_.spawn([]() -> caf::behavior {
        return {
            [](int n) { return n; },
        };
      });
      adopt(helper);
      auto* inside = caf::actor_cast<typename Front::template stateful_pointer<State>>(front);
      inside->request(helper, 60s, 1).then([](int) { throw std::runtime_error{"out of luck"}; });
    }
    settle();
  }

  [[nodiscard]] errc expected() const {
    return GetParam() == way_out::exit ? errc::shutting_down : errc::internal;
  }

  template <class Reply>
  void expect_told(pending<Reply>& asker, errc code) {
    EXPECT_EQ(asker.get().error().code, code);
  }
};
INSTANTIATE_TEST_SUITE_P(On, WhoeverWaits, testing::Values(way_out::exit, way_out::exception),
                         [](const auto& with) {
                           return with.param == way_out::exit ? "Exit" : "Exception";
                         });

TEST_P(WhoeverWaits, ForScoringIsTold) {
  const writer_factory factory = [](caf::local_actor* owner, const scoring_front_actor& front,
                                    std::size_t index) {
    return spawn_silent<score_writer_actor>(owner, front, index);
  };
  const auto front = spawn(scoring, factory, scoring_options{.shards = 1});
  settle();
  auto with_writer =
      request<std::vector<update_outcome>>(front, update_scores{{{"anna", 1, {}}}, false});
  settle();
  auto queued = request<std::vector<update_outcome>>(front, update_scores{{{"ben", 1, {}}}, false});
  auto removal = request<bool>(front, remove_user{"carl"});
  settle();
  ASSERT_FALSE(with_writer.answered() || queued.answered() || removal.answered());
  end<scoring_state>(front);
  EXPECT_EQ(with_writer.get().value().at(0).code, errc::outcome_unknown) << "may be counted yet";
  EXPECT_EQ(queued.get().value().at(0).code, expected());
  expect_told(removal, expected());
}

TEST_P(WhoeverWaits, ForARemovalThatIsUnderWayIsTold) {
  const writer_factory factory = [](caf::local_actor* owner, const scoring_front_actor& front,
                                    std::size_t index) {
    return spawn_silent<score_writer_actor>(owner, front, index);
  };
  const auto front = spawn(scoring, factory, scoring_options{.shards = 1});
  settle();
  auto removal = request<bool>(front, remove_user{"carl"});
  settle();
  end<scoring_state>(front);
  expect_told(removal, errc::outcome_unknown);
}

TEST_P(WhoeverWaits, ForHydrationIsTold) {
  const hydration_worker_factory factory =
      [](caf::local_actor* owner, const hydration_front_actor& front, std::size_t index) {
        return spawn_silent<hydration_worker_actor>(owner, front, index);
      };
  const auto front = spawn(hydration, factory, make_memory_rank_cache(), hydration_options{});
  settle();
  auto user = request<cached_user>(front, load_user{"anna"});
  auto stored = request<user_record>(front, read_user{"anna"});
  auto board = request<board_page>(front, read_board{period::daily, 0, 10});
  auto count = request<std::uint64_t>(front, count_users{});
  auto rebuild = request<rebuild_report>(front, rebuild_cache{});
  auto complete = request<bool>(front, ensure_complete{});
  auto clearing = request<bool>(front, clear_cache{});
  settle();
  end<hydration_state>(front);
  expect_told(user, expected());
  expect_told(stored, expected());
  expect_told(board, expected());
  expect_told(count, expected());
  expect_told(rebuild, expected());
  expect_told(complete, expected());
  expect_told(clearing, expected());
}

TEST_P(WhoeverWaits, ForReconcileIsTold) {
  reconcile_children children;
  children.worker = [](caf::local_actor* owner, const reconcile_front_actor& front,
                       std::size_t index) {
    return spawn_silent<reconcile_worker_actor>(owner, front, index);
  };
  children.keeper = [](caf::local_actor* owner, const reconcile_front_actor& front,
                       std::size_t index) {
    return spawn_silent<run_keeper_actor>(owner, front, index);
  };
  const auto front = spawn(reconcile, children, hydration_actor{}, reconcile_options{});
  settle();
  auto run = request<run_report>(front, start_run{});
  auto started = request<bool>(front, start_timer{});
  auto status = request<reconcile_status>(front, get_reconcile_status{});
  auto runs = request<std::vector<run_report>>(front, list_runs{});
  auto quarantine = request<std::vector<quarantined_user>>(front, list_quarantine{});
  auto events = request<std::vector<history_event>>(front, list_events{});
  auto recovery = request<recover_report>(front, recover_event{some_run, false});
  auto check = request<std::vector<self_check_step>>(front, self_check{});
  settle();
  end<reconcile_state>(front);
  expect_told(run, expected());
  expect_told(started, expected());
  expect_told(status, expected());
  expect_told(runs, expected());
  expect_told(quarantine, expected());
  expect_told(events, expected());
  expect_told(recovery, expected());
  expect_told(check, expected());
}

TEST_P(WhoeverWaits, ForSessionSyncIsTold) {
  session_children children;
  children.worker = [](caf::local_actor* owner, const session_sync_front_actor& front,
                       std::size_t index) {
    return spawn_silent<session_worker_actor>(owner, front, index);
  };
  children.listener = [](caf::local_actor* owner, const key_listener_target_actor&) {
    return caf::actor_cast<key_listener_actor>(owner->spawn(deaf));
  };
  const auto front = spawn(session_sync, children, session_sync_options{});
  settle();
  auto everything = request<full_sync_report>(front, sync_all_sessions{});
  auto one = request<sessions_synced>(front, sync_session{"s1"});
  auto page = request<session_comparison>(front, compare_sessions{{}, 10});
  settle();
  end<session_sync_state>(front);
  expect_told(everything, expected());
  expect_told(one, expected());
  expect_told(page, expected());
}

TEST_P(WhoeverWaits, ForTheAliasMirrorIsTold) {
  auto answers = std::make_shared<bool>(true); // the first cycle, without which no name is known
  const alias_worker_factory factory = [answers](caf::local_actor* owner, std::size_t,
                                                 const stop_flag&) {
    return owner->spawn(
        [answers](alias_worker_actor::pointer self) -> alias_worker_actor::behavior_type {
          return {
              [self, answers](const run_alias_cycle&) -> caf::result<alias_cycle> {
                if (*answers)
                  return alias_cycle{};
                return self->make_response_promise<alias_cycle>();
              },
              [self](const resolve_names&) -> caf::result<resolved_names> {
                return self->make_response_promise<resolved_names>();
              },
          };
        });
  };
  alias_mirror_options options;
  options.mode = alias_mode::on;
  options.source = "s.db";
  const auto front = spawn(alias_mirror, factory, options);
  settle();
  *answers = false;
  auto cycle = request<alias_cycle>(front, sync_aliases{});
  auto names = request<resolved_names>(front, resolve_names{"rmcf", "cr7"});
  settle();
  end<alias_mirror_state>(front);
  expect_told(cycle, expected());
  expect_told(names, expected());
}

// -- which worker counts ----------------------------------------------------------------

TEST_F(ActorTest, AWorkerOfAnEarlierIncarnationIsNotTakenForTheOneThatRuns) {
  std::vector<caf::actor> started;
  const writer_factory factory = [&](caf::local_actor* owner, const scoring_front_actor&,
                                     std::size_t) {
    started.push_back(owner->spawn([](caf::event_based_actor* self) -> caf::behavior {
      self->set_default_handler(caf::skip);
      return {
          [](int) {},
      };
    })); // opens its connection, and has not reported itself ready yet
    return caf::actor_cast<score_writer_actor>(started.back());
  };
  const auto front = spawn(scoring, factory, scoring_options{.shards = 1});
  settle();
  const auto ready = [&] {
    return ask<component_status>(front, get_status{}).value().gauges.at(0).second;
  };
  const auto say_ready = [&](const caf::actor& worker) {
    caf::send_as(worker, front, worker_ready{0});
    settle();
  };
  caf::anon_send_exit(started.at(0), caf::exit_reason::kill);
  settle();
  advance(5s);
  ASSERT_EQ(started.size(), 2U);
  say_ready(started[0]);
  EXPECT_EQ(ready(), 0);
  say_ready(started[1]);
  EXPECT_EQ(ready(), 1);
}

} // namespace
} // namespace standings::test
