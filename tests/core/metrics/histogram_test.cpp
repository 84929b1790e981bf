#include "core/metrics/histogram.hpp"

#include <gmock/gmock.h>

#include <thread>
#include <vector>

namespace standings {
namespace {

using testing::ElementsAre;

constexpr std::array<std::uint64_t, 3> bounds{10, 20, 50};

TEST(Histogram, CountsAValueInTheFirstBucketThatHoldsIt) {
  histogram<owned_count, bounds> counted;
  for (const std::uint64_t value : {0U, 10U, 11U, 20U, 50U, 51U, 1'000U})
    counted.add(value);
  const auto totals = counted.totals();
  EXPECT_THAT(totals.counts, ElementsAre(2, 2, 1, 2));
  EXPECT_EQ(totals.sum, 0U + 10 + 11 + 20 + 50 + 51 + 1'000);
}

TEST(Histogram, TakesATimeBeforeItsBeginningForNone) {
  histogram<owned_count, bounds> counted;
  counted.add(std::chrono::nanoseconds{-5});
  EXPECT_THAT(counted.totals().counts, ElementsAre(1, 0, 0, 0));
  EXPECT_EQ(counted.totals().sum, 0U);
}

TEST(Histogram, AddsUpWithOthers) {
  histogram<owned_count, bounds> one;
  histogram<owned_count, bounds> other;
  one.add(5);
  other.add(15);
  histogram_totals sum;
  sum += one.totals();
  sum += other.totals();
  EXPECT_THAT(sum.counts, ElementsAre(1, 1, 0, 0));
  EXPECT_EQ(sum.sum, 20U);
}

TEST(Histogram, LosesNothingThatSeveralThreadsAdd) {
  histogram<shared_count, bounds> counted;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 10'000; ++n)
        counted.add(15);
    });
  for (auto& each : threads)
    each.join();
  EXPECT_EQ(counted.totals().counts[1], 40'000U);
}

template <std::size_t N>
void expect_ascending(const std::array<std::uint64_t, N>& of) {
  EXPECT_TRUE(std::is_sorted(of.begin(), of.end()));
  EXPECT_EQ(std::adjacent_find(of.begin(), of.end()), of.end());
}

TEST(Histogram, BoundsAscend) {
  expect_ascending(request_bounds);
  expect_ascending(call_bounds);
  expect_ascending(batch_bounds);
}

} // namespace
} // namespace standings
