#include "core/reconcile/seen_ids.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <set>
#include <thread>

namespace standings {
namespace {

using ids = std::vector<std::string>;

ids numbered(std::size_t first, std::size_t last) {
  ids out;
  for (auto i = first; i < last; ++i)
    out.push_back("user" + std::to_string(i));
  return out;
}

TEST(SeenIds, GivesWhatIsNewInOrderAndOnce) {
  seen_ids seen;
  EXPECT_EQ(seen.insert(ids{"b", "a", "b", "c", "a"}), (ids{"b", "a", "c"}));
  EXPECT_EQ(seen.insert(ids{"a", "d", "c", "d"}), (ids{"d"}));
  EXPECT_EQ(seen.size(), 4U);
}

TEST(SeenIds, KnowsNothingAtFirst) {
  seen_ids seen;
  EXPECT_TRUE(seen.insert(ids{}).empty());
  EXPECT_EQ(seen.size(), 0U);
}

TEST(SeenIds, TakesAnyBytesForAnId) {
  seen_ids seen;
  const ids odd{"", std::string(1, '\0'), std::string(2, '\0'), "\xff\xfe",
                std::string(10'000, 'x')};
  EXPECT_EQ(seen.insert(odd), odd);
  EXPECT_TRUE(seen.insert(odd).empty());
}

TEST(SeenIds, RemembersEveryoneWhileItGrows) {
  seen_ids seen;
  constexpr std::size_t step = 777;
  for (std::size_t first = 0; first < 100 * step; first += step)
    ASSERT_EQ(seen.insert(numbered(first, first + step)).size(), step);
  EXPECT_EQ(seen.size(), 100 * step);
  EXPECT_TRUE(seen.insert(numbered(0, 100 * step)).empty());
}

TEST(SeenIds, CostsTwelveBytesForEachExpectedId) {
  constexpr std::size_t users = 200'000;
  seen_ids seen{users};
  const auto before = seen.memory_bytes();
  EXPECT_LE(before, users * 12 + 16);
  EXPECT_EQ(seen.insert(numbered(0, users)).size(), users);
  EXPECT_EQ(seen.memory_bytes(), before);
}

TEST(SeenIds, CostsAtMostTwentyFourBytesForEachIdThatWasNotExpected) {
  seen_ids seen;
  for (std::size_t first = 0; first < 300'000; first += 1'000) {
    seen.insert(numbered(first, first + 1'000));
    ASSERT_LE(seen.memory_bytes(), std::max<std::uint64_t>(seen.size() * 24, 24 * 1'024));
  }
}

TEST(SeenIds, GivesEachIdToOneOfManyThreads) {
  constexpr std::size_t users = 20'000;
  seen_ids seen;
  std::atomic<std::size_t> fresh = 0;
  {
    std::vector<std::jthread> threads;
    for (unsigned n = 0; n < 4; ++n)
      threads.emplace_back([&, n] {
        auto mine = numbered(0, users);
        std::shuffle(mine.begin(), mine.end(), std::mt19937{n});
        for (std::size_t first = 0; first < users; first += 100)
          fresh += seen.insert(std::span{mine}.subspan(first, 100)).size();
      });
  }
  EXPECT_EQ(fresh, users);
  EXPECT_EQ(seen.size(), users);
}

TEST(SeenIds, ForgetsWhomItIsTold) {
  seen_ids seen;
  seen.insert(numbered(0, 10));
  seen.forget(ids{"user3", "user7", "nobody"});
  EXPECT_EQ(seen.size(), 8U);
  EXPECT_EQ(seen.insert(numbered(0, 10)), (ids{"user3", "user7"}));
}

TEST(SeenIds, InsertingAndForgettingInAnyOrderGivesWhatASetGives) {
  seen_ids seen;
  std::set<std::string> model;
  std::mt19937 random{1};
  const auto any_id = [&] {
    return "user" + std::to_string(std::uniform_int_distribution<int>{0, 1'500}(random));
  };
  for (int i = 0; i < 40'000; ++i) {
    const ids one{any_id()};
    if (i % 5 < 3) {
      ASSERT_EQ(seen.insert(one).empty(), !model.insert(one[0]).second) << i;
    } else {
      seen.forget(one);
      model.erase(one[0]);
    }
    ASSERT_EQ(seen.size(), model.size()) << i;
  }
  for (const auto& id : model)
    ASSERT_TRUE(seen.insert(ids{id}).empty()) << id;
}

} // namespace
} // namespace standings
