#include "actors/leaderboard/update_combiner.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace standings::test {
namespace {

using namespace std::chrono_literals;
using outcomes = update_combiner::outcomes;

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

/// A send that waits until it is released.
class gate {
public:
  result<outcomes> send(const update_scores& m) {
    std::unique_lock lock{mutex_};
    sizes_.push_back(m.updates.size());
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    return echo(m);
  }

  void open() {
    const std::lock_guard lock{mutex_};
    open_ = true;
    changed_.notify_all();
  }

  void await_sends(std::size_t n) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return sizes_.size() >= n; });
  }

  /// Whether `n` sends are waiting before a generous time is over.
  bool has_sends(std::size_t n) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, 10s, [&] { return sizes_.size() >= n; });
  }

  std::vector<std::size_t> sizes() {
    const std::lock_guard lock{mutex_};
    return sizes_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::size_t> sizes_;
  bool open_ = false;
};

TEST(UpdateCombiner, ALoneUpdateIsSentAtOnce) {
  update_combiner combiner{[](const update_scores& m) -> result<outcomes> { return echo(m); }, 1s};
  EXPECT_EQ(combiner.submit({"ada", 7, {}}).value().user.score[0], 7);
}

TEST(UpdateCombiner, EverybodyGetsTheOutcomeOfTheirOwnUpdate) {
  update_combiner combiner{[](const update_scores& m) -> result<outcomes> { return echo(m); }, 5s};
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 16; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 2'000; ++i) {
          const auto id = "user" + std::to_string(t);
          const auto got = combiner.submit({id, i, {}});
          if (!got || got->user.user_id != id || got->user.score[0] != i)
            ++wrong;
        }
      });
  }
  EXPECT_EQ(wrong, 0);
}

TEST(UpdateCombiner, WhatArrivesWhileTwoAreUnderWayTravelsTogether) {
  gate g;
  update_combiner combiner{[&](const update_scores& m) { return g.send(m); }, 10s};
  std::atomic<int> answered = 0;
  std::atomic<int> submitted = 0;
  {
    std::vector<std::jthread> threads;
    const auto submit = [&] {
      ++submitted;
      answered += combiner.submit({"ada", 1, {}}) ? 1 : 0;
    };
    threads.emplace_back(submit);
    g.await_sends(1);
    threads.emplace_back(submit);
    g.await_sends(2);
    for (int i = 0; i < 20; ++i)
      threads.emplace_back(submit);
    while (submitted < 22)
      std::this_thread::yield();
    g.open();
  }
  EXPECT_EQ(answered, 22);
  std::size_t sent = 0;
  for (const auto size : g.sizes())
    sent += size;
  EXPECT_EQ(sent, 22U);
  EXPECT_LT(g.sizes().size(), 22U);
}

TEST(UpdateCombiner, AFailureReachesEverybodyInTheGroup) {
  update_combiner combiner{
      [](const update_scores&) -> result<outcomes> { return fail(errc::store_unavailable); }, 1s};
  EXPECT_EQ(combiner.submit({"ada", 1, {}}).error().code, errc::store_unavailable);
}

TEST(UpdateCombiner, AnUpdateThatMeetsALockIsSentAgainByItsOwnCaller) {
  std::vector<bool> prompt;
  update_combiner combiner{[&](const update_scores& m) -> result<outcomes> {
                             prompt.push_back(m.prompt);
                             auto out = echo(m);
                             if (m.prompt)
                               out.at(0).code = errc::overloaded;
                             return out;
                           },
                           1s};
  EXPECT_EQ(combiner.submit({"ada", 7, "k"}).value().user.score[0], 7);
  EXPECT_EQ(prompt, (std::vector<bool>{true, false}));
}

TEST(UpdateCombiner, NobodyWaitsForCallersThatMeetALock) {
  gate locked;
  const auto send = [&](const update_scores& m) -> result<outcomes> {
    if (!m.prompt)
      return locked.send(m);
    auto out = echo(m);
    for (auto& o : out)
      if (o.user.user_id == "locked")
        o.code = errc::overloaded;
    return out;
  };
  update_combiner combiner{send, 10s};
  {
    std::vector<std::jthread> callers;
    for (std::size_t i = 1; i <= 4; ++i) {
      callers.emplace_back([&] { EXPECT_TRUE(combiner.submit({"locked", 1, {}})); });
      locked.await_sends(i);
    }
    EXPECT_EQ(combiner.submit({"ada", 1, {}}).value().user.user_id, "ada");
    locked.open();
  }
}

TEST(UpdateCombiner, NobodyWaitsLongerThanTheLimit) {
  gate g;
  update_combiner combiner{[&](const update_scores& m) { return g.send(m); }, 50ms};
  std::vector<std::jthread> leaders;
  for (std::size_t i = 1; i <= 2; ++i) {
    leaders.emplace_back([&] { EXPECT_TRUE(combiner.submit({"slow", 1, {}})); });
    g.await_sends(i);
  }
  EXPECT_EQ(combiner.submit({"ada", 1, {}}).error().code, errc::timed_out);
  g.open();
  leaders.clear();
  // the caller that gave up has left no group without a leader
  EXPECT_TRUE(combiner.submit({"bob", 1, {}}));
}

TEST(UpdateCombiner, CallersWhoGaveUpLeadNothingHoweverOftenItHappens) {
  std::shared_ptr<gate> now;
  update_combiner combiner{[&](const update_scores& m) { return now->send(m); }, 50ms};
  for (int round = 0; round < 3; ++round) {
    now = std::make_shared<gate>();
    std::vector<std::jthread> leaders;
    for (std::size_t i = 1; i <= 2; ++i) {
      leaders.emplace_back([&] { EXPECT_TRUE(combiner.submit({"slow", 1, {}})); });
      EXPECT_TRUE(now->has_sends(i)) << "two may lead, in round " << round;
    }
    EXPECT_EQ(combiner.submit({"ada", 1, {}}).error().code, errc::timed_out);
    now->open();
  }
  EXPECT_TRUE(combiner.submit({"bob", 1, {}}));
}

} // namespace
} // namespace standings::test
