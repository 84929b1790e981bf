#include "actors/leaderboard/update_gate.hpp"
#include "actors/supervision/system.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <caf/actor_system.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace standings::test {
namespace {

using namespace std::chrono_literals;
using outcomes = std::vector<update_outcome>;
using promise = caf::typed_response_promise<outcomes>;

/// Answers each update with a state that carries its user id.
outcomes echo(const update_scores& m) {
  outcomes out;
  for (const auto& update : m.updates) {
    update_outcome o;
    o.user.user_id = update.user_id;
    o.user.score[0] = update.count;
    out.push_back(o);
  }
  return out;
}

/// What a scoring actor does with a message: answer now, or keep the promise.
using script = std::function<void(update_scores&, promise)>;

scoring_actor::behavior_type scripted(scoring_actor::pointer self, script act) {
  return {
      [self, act](update_scores& m) -> caf::result<outcomes> {
        auto to = self->make_response_promise<outcomes>();
        act(m, to);
        return to;
      },
      [](remove_user&) -> caf::result<bool> { return true; },
      [](get_status) -> caf::result<component_status> { return component_status{}; },
  };
}

class UpdateGate : public testing::Test {
protected:
  void start(script act, std::chrono::milliseconds limit = 5s) {
    scoring_ = system_.spawn(scripted, std::move(act));
    gate_.emplace(loop_, *requester_, scoring_, limit);
  }

  /// Submits an update; its outcome is added to `answered`.
  detached submit(score_update update) {
    auto outcome = co_await gate_->submit(std::move(update));
    answered.push_back(std::move(outcome));
  }

  /// Runs the loop until `n` updates are answered.
  void await_answers(std::size_t n) {
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (answered.size() < n && std::chrono::steady_clock::now() < until)
      loop_.run_one_for(50ms);
    ASSERT_EQ(answered.size(), n);
  }

  /// Runs the loop until the actor has seen `n` messages.
  void await_messages(std::size_t n) {
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (sizes().size() < n && std::chrono::steady_clock::now() < until)
      loop_.run_one_for(5ms);
    ASSERT_GE(sizes().size(), n);
  }

  void note(const update_scores& m) {
    const std::lock_guard lock{mutex_};
    sizes_.push_back(m.updates.size());
  }

  std::vector<std::size_t> sizes() {
    const std::lock_guard lock{mutex_};
    return sizes_;
  }

  void TearDown() override {
    requester_->end();
    gate_.reset();
    requester_.reset();
    const std::lock_guard lock{mutex_};
    held_.clear();
    caf::anon_send_exit(scoring_, caf::exit_reason::kill);
    scoring_ = nullptr;
  }

  std::vector<result<update_outcome>> answered;

  std::mutex mutex_;
  std::vector<std::size_t> sizes_;
  std::vector<std::pair<update_scores, promise>> held_; ///< guarded by mutex_

  system_config config_;
  caf::actor_system system_{config_};
  scoring_actor scoring_;
  boost::asio::io_context loop_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      loop_.get_executor()};
  std::optional<requester> requester_{std::in_place, system_, loop_};
  std::optional<update_gate> gate_;
};

TEST_F(UpdateGate, SendsALoneUpdateAtOnce) {
  start([](update_scores& m, promise to) { to.deliver(echo(m)); });
  submit({"ada", 7, {}});
  await_answers(1);
  EXPECT_EQ(answered[0].value().user.score[0], 7);
}

TEST_F(UpdateGate, SendsUpdatesOfOneTurnTogetherAndGivesEachItsOutcome) {
  start([this](update_scores& m, promise to) {
    note(m);
    to.deliver(echo(m));
  });
  for (int i = 0; i < 20; ++i)
    submit({"user" + std::to_string(i), i, {}});
  await_answers(20);
  EXPECT_EQ(sizes(), (std::vector<std::size_t>{20}));
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(answered[i].value().user.user_id, "user" + std::to_string(i));
    EXPECT_EQ(answered[i].value().user.score[0], static_cast<std::int64_t>(i));
  }
}

TEST_F(UpdateGate, CollectsWhatArrivesWhileTwoMessagesAreUnderWay) {
  start([this](update_scores& m, promise to) {
    const std::lock_guard lock{mutex_};
    sizes_.push_back(m.updates.size());
    held_.emplace_back(m, to);
  });
  submit({"ada", 1, {}});
  await_messages(1);
  submit({"bob", 1, {}});
  await_messages(2);
  for (int i = 0; i < 20; ++i)
    submit({"eve", 1, {}});
  loop_.run_one_for(50ms);
  EXPECT_EQ(sizes(), (std::vector<std::size_t>{1, 1}));
  {
    const std::lock_guard lock{mutex_};
    for (auto& [m, to] : held_)
      to.deliver(echo(m));
    held_.clear();
  }
  await_messages(3);
  EXPECT_EQ(sizes(), (std::vector<std::size_t>{1, 1, 20}));
  {
    const std::lock_guard lock{mutex_};
    held_.front().second.deliver(echo(held_.front().first));
    held_.clear();
  }
  await_answers(22);
}

TEST_F(UpdateGate, GivesAFailureToAllThatTravelledTogether) {
  start([](update_scores&, promise to) { to.deliver(to_error(errc::store_unavailable, "away")); });
  for (int i = 0; i < 3; ++i)
    submit({"ada", 1, {}});
  await_answers(3);
  for (const auto& each : answered)
    EXPECT_EQ(each.error().code, errc::store_unavailable);
}

TEST_F(UpdateGate, SendsAnUpdateThatMeetsALockAgainOnItsOwn) {
  std::vector<bool> prompt;
  start([&](update_scores& m, promise to) {
    prompt.push_back(m.prompt);
    auto out = echo(m);
    if (m.prompt)
      out.at(0).code = errc::overloaded;
    to.deliver(std::move(out));
  });
  submit({"ada", 7, "k"});
  await_answers(1);
  EXPECT_EQ(answered[0].value().user.score[0], 7);
  EXPECT_EQ(prompt, (std::vector<bool>{true, false}));
}

TEST_F(UpdateGate, KeepsNobodyWaitingForUpdatesThatMeetALock) {
  start([this](update_scores& m, promise to) {
    if (!m.prompt) {
      const std::lock_guard lock{mutex_};
      held_.emplace_back(m, to);
      return;
    }
    auto out = echo(m);
    for (auto& o : out)
      if (o.user.user_id == "locked")
        o.code = errc::overloaded;
    to.deliver(std::move(out));
  });
  for (int i = 0; i < 4; ++i)
    submit({"locked", 1, {}});
  submit({"ada", 1, {}});
  await_answers(1);
  EXPECT_EQ(answered[0].value().user.user_id, "ada");
}

TEST_F(UpdateGate, AnswersWhenTimeIsUpAndGoesOn) {
  bool silent = true;
  start(
      [&](update_scores& m, promise to) {
        if (silent) {
          const std::lock_guard lock{mutex_};
          held_.emplace_back(m, to);
        } else {
          to.deliver(echo(m));
        }
      },
      100ms);
  submit({"ada", 1, {}});
  await_answers(1);
  EXPECT_EQ(answered[0].error().code, errc::timed_out);
  silent = false;
  submit({"bob", 1, {}});
  await_answers(2);
  EXPECT_TRUE(answered[1]);
}

TEST_F(UpdateGate, AnswersWhatWaitsWhenTheRequesterEnds) {
  start([this](update_scores& m, promise to) {
    const std::lock_guard lock{mutex_};
    sizes_.push_back(m.updates.size());
    held_.emplace_back(m, to);
  });
  submit({"ada", 1, {}});
  await_messages(1);
  requester_->end();
  ASSERT_EQ(answered.size(), 1U);
  EXPECT_EQ(answered[0].error().code, errc::shutting_down);
}

} // namespace
} // namespace standings::test
