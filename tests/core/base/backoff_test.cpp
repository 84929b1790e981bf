#include "core/base/backoff.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace standings {
namespace {

using std::chrono::milliseconds;

constexpr double almost_one = 1.0 - 1e-12;

TEST(Backoff, DoublesFromTheMinimumToTheMaximum) {
  const backoff b{};
  const int expected[] = {100, 200, 400, 800, 1'600, 3'200, 6'400, 12'800, 25'600, 30'000, 30'000};
  for (std::uint32_t attempt = 0; attempt < std::size(expected); ++attempt)
    EXPECT_EQ(b.delay(attempt, 0.5), milliseconds{expected[attempt]}) << attempt;
}

TEST(Backoff, StaysAtTheMaximumForEver) {
  const backoff b{};
  EXPECT_EQ(b.delay(5'000, 0.5), b.max); // 2^5000 is beyond a double
  EXPECT_EQ(b.delay(std::numeric_limits<std::uint32_t>::max(), 0.5), b.max);
}

TEST(Backoff, SpreadsEvenlyByTheJitter) {
  const backoff b{};
  EXPECT_EQ(b.delay(0, 0.0), milliseconds{80});
  EXPECT_EQ(b.delay(0, 0.25), milliseconds{90});
  EXPECT_EQ(b.delay(0, 0.75), milliseconds{110});
  EXPECT_EQ(b.delay(0, almost_one), milliseconds{120});
  EXPECT_EQ(b.delay(20, 0.0), milliseconds{24'000});
  EXPECT_EQ(b.delay(20, almost_one), milliseconds{36'000});
}

TEST(Backoff, StaysWithinItsBoundsForAnyChance) {
  const backoff b{milliseconds{7}, milliseconds{1'000}, 3.0, 0.5};
  for (std::uint32_t attempt = 0; attempt < 40; ++attempt)
    for (int i = 0; i <= 100; ++i) {
      const auto delay = b.delay(attempt, i == 100 ? almost_one : i / 100.0);
      EXPECT_GE(delay, milliseconds{3});
      EXPECT_LE(delay, milliseconds{1'500});
    }
}

TEST(Backoff, IsExactWithoutJitter) {
  const backoff b{milliseconds{10}, milliseconds{100}, 2.0, 0.0};
  for (const auto random : {0.0, 0.5, almost_one})
    EXPECT_EQ(b.delay(2, random), milliseconds{40});
}

TEST(Backoff, StaysConstantWithFactorOne) {
  const backoff b{milliseconds{10}, milliseconds{100}, 1.0, 0.0};
  EXPECT_EQ(b.delay(0, 0.5), b.delay(1'000, 0.5));
}

} // namespace
} // namespace standings
