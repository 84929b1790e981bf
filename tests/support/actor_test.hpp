#pragma once

#include "actors/supervision/system.hpp"
#include "messages/actors.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/exit_reason.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

namespace standings::test {

using namespace std::chrono_literals;

struct testing_config : system_config {
  testing_config() { set("scheduler.policy", caf::atom("testing")); }
};

/// Actors on CAF's deterministic scheduler: nothing runs until `settle`, and
/// time stands still until `advance`.
class ActorTest : public ::testing::Test {
protected:
  ActorTest() { sched_.clock().current_time += 1h; }

  ~ActorTest() override {
    // in an orderly way first: a kill skips exit handlers
    for (auto why : {caf::exit_reason::user_shutdown, caf::exit_reason::kill}) {
      for (const auto& root : roots_)
        caf::anon_send_exit(root, why);
      settle();
    }
  }

  /// Spawns an actor that ends with the test.
  template <class F, class... Ts>
  auto spawn(F f, Ts&&... xs) {
    auto actor = system_.spawn(f, std::forward<Ts>(xs)...);
    roots_.push_back(caf::actor_cast<caf::actor>(actor));
    return actor;
  }

  void adopt(const caf::actor& actor) { roots_.push_back(actor); }

  /// Runs everything that can run now; fires no time-outs.
  void settle() { sched_.run(); }

  /// One step of time. A timer that re-arms itself fires once per step.
  void advance(std::chrono::nanoseconds d) {
    sched_.advance_time(d);
    settle();
  }

  [[nodiscard]] auto now() { return sched_.clock().now(); }

  /// A request whose answer is examined later.
  template <class Reply>
  class pending {
  public:
    template <class Handle, class Message>
    pending(caf::actor_system& system, const Handle& whom, Message&& message)
        : self_(std::make_unique<caf::scoped_actor>(system, true)),
          handle_(std::make_unique<handle<Handle, Message>>(*self_, whom,
                                                            std::forward<Message>(message))) {}

    [[nodiscard]] bool answered() const { return (*self_)->peek_at_next_mailbox_element(); }

    /// The answer; the test fails if there is none.
    result<Reply> get() {
      if (!answered()) {
        ADD_FAILURE() << "no answer";
        return fail(errc::internal, "no answer");
      }
      return handle_->receive();
    }

  private:
    struct any_handle {
      virtual ~any_handle() = default;
      virtual result<Reply> receive() = 0;
    };
    template <class Handle, class Message>
    struct handle final : any_handle {
      handle(caf::scoped_actor& self, const Handle& whom, Message message)
          : response(self->request(whom, caf::infinite, std::move(message))) {}
      result<Reply> receive() override {
        result<Reply> out = fail(errc::internal);
        response.receive([&](Reply& reply) { out = std::move(reply); },
                         [&](const caf::error& e) { out = to_failure(e); });
        return out;
      }
      decltype(std::declval<caf::scoped_actor&>()->request(
          std::declval<const Handle&>(), caf::infinite, std::declval<Message>())) response;
    };

    std::unique_ptr<caf::scoped_actor> self_;
    std::unique_ptr<any_handle> handle_;
  };

  template <class Reply, class Handle, class Message>
  pending<Reply> request(const Handle& whom, Message message) {
    return pending<Reply>{system_, whom, std::move(message)};
  }

  /// Sends a request, settles and returns the answer.
  template <class Reply, class Handle, class Message>
  result<Reply> ask(const Handle& whom, Message message) {
    auto asked = request<Reply>(whom, std::move(message));
    settle();
    return asked.get();
  }

  testing_config config_;
  caf::actor_system system_{config_};
  caf::scheduler::test_coordinator& sched_ =
      dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
  std::vector<caf::actor> roots_;
};

} // namespace standings::test
