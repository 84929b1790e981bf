#include "actors/supervision/single_flight.hpp"
#include "actors/supervision/worker_pool.hpp"
#include "tests/support/actor_test.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace standings::test {
namespace {

using front_actor = worker_events_actor::extend<caf::replies_to<read_user>::with<user_record>>;

/// What the front has observed, and the workers that were started.
struct scene {
  std::vector<caf::actor> started;
  std::vector<std::size_t> ready;
  std::vector<std::size_t> down;
  std::vector<std::string> reasons;
  std::vector<std::string> asked;
};
using scene_ptr = std::shared_ptr<scene>;

/// Records its requests and never answers.
caf::behavior silent_worker(caf::event_based_actor* self, scene_ptr s) {
  return {
      [self, s](const read_user& m) -> caf::result<user_record> {
        s->asked.push_back(m.user_id);
        return self->make_response_promise<user_record>();
      },
  };
}

using worker_actor = caf::typed_actor<caf::replies_to<read_user>::with<user_record>>;

struct front_state {
  explicit front_state(front_actor::pointer) {}
  std::optional<worker_pool> pool;
  slots gate{1, "too many"};
  single_flight<std::string, user_record> flights;
  static inline const char* name = "front";
};

front_actor::behavior_type front(front_actor::stateful_pointer<front_state> self, scene_ptr s) {
  const auto spawn = [s](caf::local_actor* owner) {
    s->started.push_back(owner->spawn(silent_worker, s));
    return s->started.back();
  };
  worker_pool::hooks notify;
  notify.ready = [s](std::size_t i) {
    s->ready.push_back(i);
  };
  notify.down = [s](std::size_t i) {
    s->down.push_back(i);
  };
  notify.because = [s](std::size_t, const caf::error& why) {
    s->reasons.push_back(describe(why));
  };
  std::vector<worker_spec> workers{make_worker("reporting", connection_limits(), spawn),
                                   make_silent_worker("silent", connection_limits(), spawn)};
  self->state.pool.emplace(self, std::move(workers), std::move(notify));
  self->state.pool->start_all();
  return {
      [self](worker_ready who) { self->state.pool->handle(who); },
      [self](restart_child due) { self->state.pool->handle(due); },
      [self](const read_user& m) -> caf::result<user_record> {
        auto& state = self->state;
        return state.flights.ask(self, m.user_id, state.gate, state.pool->worker<worker_actor>(1),
                                 std::chrono::seconds{5}, m);
      },
  };
}

class WorkerPool : public ActorTest {
protected:
  WorkerPool() : front_(spawn(front, scene_)) { settle(); }

  worker_pool& pool() {
    using pointer = front_actor::stateful_pointer<front_state>;
    return *caf::actor_cast<pointer>(front_)->state.pool;
  }

  void say_ready(const caf::actor& who, std::size_t index) {
    caf::send_as(who, front_, worker_ready{index});
    settle();
  }

  scene_ptr scene_ = std::make_shared<scene>();
  front_actor front_;
};

TEST_F(WorkerPool, AWorkerIsReadyFromItsOwnWordToItsEnd) {
  EXPECT_FALSE(pool().ready(0));
  EXPECT_FALSE(pool().worker<worker_actor>(0));
  say_ready(scene_->started[0], 0);
  EXPECT_TRUE(pool().ready(0));
  EXPECT_TRUE(pool().worker<worker_actor>(0));
  EXPECT_EQ(scene_->ready, std::vector<std::size_t>{0});
  caf::anon_send_exit(scene_->started[0], caf::exit_reason::kill);
  settle();
  EXPECT_FALSE(pool().ready(0));
  EXPECT_EQ(scene_->down, std::vector<std::size_t>{0});
  EXPECT_EQ(scene_->reasons.size(), 1U);
}

TEST_F(WorkerPool, OneThatReportsNothingIsReadyWhileItRuns) {
  EXPECT_TRUE(pool().ready(1));
  caf::anon_send_exit(scene_->started[1], caf::exit_reason::kill);
  settle();
  EXPECT_FALSE(pool().ready(1));
  advance(5s);
  EXPECT_TRUE(pool().ready(1));
}

TEST_F(WorkerPool, TheWordOfAnEarlierIncarnationDoesNotCount) {
  caf::anon_send_exit(scene_->started[0], caf::exit_reason::kill);
  settle();
  advance(5s);
  ASSERT_EQ(scene_->started.size(), 3U);
  say_ready(scene_->started[0], 0);
  EXPECT_FALSE(pool().ready(0));
  say_ready(scene_->started[2], 0);
  EXPECT_TRUE(pool().ready(0));
}

TEST_F(WorkerPool, TheWordOfAnotherWorkerDoesNotCount) {
  say_ready(scene_->started[1], 0);
  EXPECT_FALSE(pool().ready(0));
}

TEST_F(WorkerPool, ADistrustedWorkerGetsNoWorkUntilItsSuccessorReports) {
  say_ready(scene_->started[0], 0);
  pool().distrust(0);
  EXPECT_FALSE(pool().worker<worker_actor>(0));
  EXPECT_TRUE(scene_->down.empty());
}

TEST_F(WorkerPool, AWorkerThatHangsIsReplaced) {
  pool().kill(1);
  EXPECT_FALSE(pool().ready(1));
  settle();
  advance(5s);
  EXPECT_EQ(scene_->started.size(), 3U);
  EXPECT_TRUE(pool().ready(1));
}

// -- slots and shared requests ------------------------------------------------------------

TEST_F(WorkerPool, AskersOfTheSameShareOneRequestAndOneSlot) {
  auto first = request<user_record>(front_, read_user{"anna"});
  auto second = request<user_record>(front_, read_user{"anna"});
  auto refused = request<user_record>(front_, read_user{"ben"});
  settle();
  EXPECT_EQ(scene_->asked, std::vector<std::string>{"anna"});
  const auto why = refused.get().error();
  EXPECT_EQ(why.code, errc::overloaded);
  EXPECT_EQ(why.detail, "too many");
  EXPECT_FALSE(first.answered() || second.answered());
}

TEST_F(WorkerPool, AFailureAnswersAllWhoShareTheRequestAndFreesItsSlot) {
  auto first = request<user_record>(front_, read_user{"anna"});
  auto second = request<user_record>(front_, read_user{"anna"});
  settle();
  advance(6s);
  EXPECT_EQ(first.get().error().code, errc::timed_out);
  EXPECT_EQ(second.get().error().code, errc::timed_out);
  request<user_record>(front_, read_user{"ben"});
  settle();
  EXPECT_EQ(scene_->asked, (std::vector<std::string>{"anna", "ben"}));
}

} // namespace
} // namespace standings::test
