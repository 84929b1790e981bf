#include "stores/memory/rank_cache.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace standings {
namespace {

TEST(MemoryRankCacheReset, KeepsTheBoardInOrderForWhoReadsMeanwhile) {
  const auto start = from_micros(1'000'000'000);
  const auto cache = make_memory_rank_cache();
  std::vector<user_record> users;
  for (int i = 0; i < 40'000; ++i)
    users.push_back({"user" + std::to_string(i), {i, i, i, i}, start, i + 1});
  cache->apply(users).value();
  std::atomic<bool> done = false;
  int looks = 0;
  {
    const std::jthread resetting{[&] {
      period_starts starts{};
      starts[0] = start + std::chrono::seconds{1};
      cache->start_periods(starts).value();
      cache
          ->apply(std::vector{
              user_record{"fresh", {1, 1, 1, 1}, start + std::chrono::seconds{2}, 50'000}})
          .value();
      done = true;
    }};
    while (!done) {
      const auto page = cache->top(period::daily, 0, 20).value();
      EXPECT_TRUE(std::is_sorted(page.entries.begin(), page.entries.end(),
                                 [](const auto& a, const auto& b) { return a.score > b.score; }));
      ++looks;
    }
  }
  EXPECT_GT(looks, 0);
  const auto page = cache->top(period::daily, 0, 3).value();
  EXPECT_EQ(page.entries[0].user.user_id, "fresh");
  EXPECT_EQ(page.entries[1].user.user_id, "user9999"); // zeros by id descending
  EXPECT_EQ(page.total_users, 40'001U);
}

TEST(MemoryRankCacheReset, RanksAFreshUserAboveThoseWhoHaveNotBeenLookedAtYet) {
  // more starts than a place can distinguish: the rounds start over
  const auto cache = make_memory_rank_cache();
  auto at = from_micros(1'000'000'000);
  std::int64_t version = 0;
  for (int round = 0; round < 1'100; ++round) {
    at += std::chrono::seconds{10};
    period_starts starts{};
    starts[0] = at;
    cache->start_periods(starts).value();
    const std::string winner = round % 2 ? "odd" : "even";
    cache->apply(std::vector{user_record{winner, {1, 1, 1, 1}, at, ++version}}).value();
    const auto page = cache->top(period::daily, 0, 2).value();
    ASSERT_EQ(page.entries[0].user.user_id, winner) << "round " << round;
    ASSERT_EQ(page.entries[0].score, 1) << "round " << round;
    if (round > 0) {
      ASSERT_EQ(page.entries[1].score, 0) << "round " << round;
    }
  }
}

} // namespace
} // namespace standings
