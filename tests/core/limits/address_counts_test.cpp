#include "core/limits/address_counts.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace standings {
namespace {

TEST(AddressCounts, GrantEachAddressItsOwnPlaces) {
  address_counts counts{2};
  const auto first = counts.enter("a");
  const auto second = counts.enter("a");
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(counts.enter("a"));
  const auto other = counts.enter("b");
  EXPECT_TRUE(other);
  EXPECT_FALSE(counts.enter("a"));
}

TEST(AddressCounts, GetAPlaceBackWhenItEnds) {
  address_counts counts{1};
  auto first = counts.enter("a");
  EXPECT_FALSE(counts.enter("a"));
  first.reset();
  EXPECT_TRUE(counts.enter("a"));
}

TEST(AddressCounts, CountAPlaceOnceThatIsPassedOn) {
  address_counts counts{1};
  auto first = counts.enter("a");
  {
    const auto moved = std::move(*first);
    first.reset();
    EXPECT_FALSE(counts.enter("a"));
  }
  EXPECT_TRUE(counts.enter("a"));
}

TEST(AddressCounts, KeepOnlyAddressesThatHoldSomething) {
  address_counts counts{3};
  {
    std::vector<std::optional<address_place>> open;
    for (int i = 0; i < 1'000; ++i)
      open.push_back(counts.enter(std::to_string(i % 500)));
    EXPECT_EQ(counts.held(), 500U);
  }
  EXPECT_EQ(counts.held(), 0U);
}

TEST(AddressCounts, WithoutACapCountNothing) {
  address_counts counts;
  std::vector<std::optional<address_place>> open;
  for (int i = 0; i < 1'000; ++i) {
    open.push_back(counts.enter("a"));
    ASSERT_TRUE(open.back());
  }
  EXPECT_EQ(counts.held(), 0U);
}

TEST(AddressCounts, AreExactForSeveralThreads) {
  constexpr int most = 3;
  address_counts counts{most};
  std::atomic<int> inside = 0;
  std::atomic<bool> too_many = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 5'000; ++i)
        if (const auto place = counts.enter("a")) {
          if (++inside > most)
            too_many = true;
          --inside;
        }
    });
  for (auto& thread : threads)
    thread.join();
  EXPECT_FALSE(too_many);
  EXPECT_EQ(counts.held(), 0U);
}

} // namespace
} // namespace standings
