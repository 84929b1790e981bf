#include "actors/leaderboard/period_clock.hpp"
#include "actors/leaderboard/score_writer.hpp"
#include "actors/leaderboard/scoring.hpp"
#include "actors/supervision/system.hpp"
#include "stores/memory/rank_cache.hpp"
#include "stores/sqlite/score_store.hpp"
#include "tests/support/temp_dir.hpp"

#include <caf/actor_system.hpp>
#include <caf/exit_reason.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <date/date.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace standings::test {
namespace {

using namespace std::chrono_literals;
using outcomes = std::vector<update_outcome>;

constexpr std::size_t clients = 8;
constexpr int updates_each = 400;

/// Each user's increments per day, by the time in the answer.
using tally = std::map<std::string, std::map<date::sys_days, std::int64_t>>;

/// Sends updates, one after the other, and notes on which day each was counted.
tally send_updates(caf::actor_system& system, const scoring_actor& to, std::size_t client,
                   std::atomic<int>& sent) {
  tally counted;
  caf::scoped_actor self{system};
  for (int i = 0; i < updates_each; ++i, ++sent) {
    const auto user = "user" + std::to_string((client + static_cast<std::size_t>(i)) % 5);
    self->request(to, 10s, update_scores{{{user, 1, {}}}})
        .receive(
            [&](const outcomes& got) {
              counted[user][date::floor<date::days>(got.at(0).user.updated_at)] += 1;
            },
            [&](const caf::error& e) { ADD_FAILURE() << describe(e); });
  }
  return counted;
}

TEST(RolloverUnderLoad, LosesNoIncrementAndCountsNoneIntoAnotherDay) {
  const auto first_day = sys_time{date::sys_days{date::year{2026} / 5 / 4}.time_since_epoch()};
  std::atomic<std::int64_t> now_us = to_micros(first_day + 12h);
  const auto believed = std::make_shared<believed_clock>([&now_us] {
    return std::chrono::steady_clock::time_point{std::chrono::microseconds{now_us.load()}};
  });
  const clock_fn clock = [&now_us] {
    return from_micros(now_us);
  };
  const temp_dir dir;
  const auto cache = make_memory_rank_cache(clock);
  const score_store_factory open = [&] {
    return open_sqlite_store({.path = dir / "standings.db", .clock = clock, .believed = believed});
  };
  system_config settings;
  caf::actor_system system{settings};
  const writer_factory spawn_writer = [&](caf::local_actor* owner, scoring_front_actor front,
                                          std::size_t shard) {
    return owner->spawn<caf::detached>(score_writer, open, cache, hydration_actor{},
                                       std::move(front), shard, version_guard_ptr{});
  };
  const auto scores = system.spawn(scoring, spawn_writer, scoring_options{.shards = 1});
  const auto rolls =
      system.spawn<caf::detached>(period_clock, open, cache, period_clock_options{.poll = 2ms});

  std::atomic<int> sent = 0;
  std::array<tally, clients> counted;
  {
    std::vector<std::jthread> threads;
    for (std::size_t c = 0; c < clients; ++c)
      threads.emplace_back([&, c] { counted[c] = send_updates(system, scores, c, sent); });
    // four midnights pass while updates are at every stage of processing
    const int all = static_cast<int>(clients) * updates_each;
    for (int day = 1; day <= 4; ++day) {
      while (sent < all * day / 5)
        std::this_thread::yield();
      now_us = to_micros(first_day + day * 24h);
    }
  }
  const auto today = date::floor<date::days>(from_micros(now_us));
  const auto store = open().value();
  std::int64_t everything = 0;
  for (int u = 0; u < 5; ++u) {
    const auto user = "user" + std::to_string(u);
    std::int64_t this_day = 0;
    std::int64_t all_days = 0;
    for (auto& part : counted)
      for (const auto& [day, n] : part[user]) {
        this_day += day == today ? n : 0;
        all_days += n;
      }
    everything += all_days;
    const auto row = store->find(user).value().value();
    EXPECT_EQ(row.score[index_of(period::daily)], this_day) << user;
    EXPECT_EQ(row.score[index_of(period::weekly)], all_days) << user;
    EXPECT_EQ(cache->find(user).value()->user, row) << user;
  }
  EXPECT_EQ(everything, static_cast<std::int64_t>(clients) * updates_each);

  caf::scoped_actor self{system};
  for (const auto& actor :
       {caf::actor_cast<caf::actor>(scores), caf::actor_cast<caf::actor>(rolls)}) {
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
    self->wait_for(actor);
  }
}

} // namespace
} // namespace standings::test
