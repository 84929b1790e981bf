#include "core/base/lag_window.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using us = std::chrono::microseconds;

TEST(LagWindow, IsEmptyAtFirst) {
  EXPECT_EQ(lag_window{}.summarize().samples, 0U);
}

TEST(LagWindow, GivesMedianAndTail) {
  lag_window window;
  for (int i = 100; i >= 1; --i)
    window.add(us{i});
  const auto got = window.summarize();
  EXPECT_EQ(got.samples, 100U);
  EXPECT_EQ(got.p50, us{50});
  EXPECT_EQ(got.p99, us{99});
  EXPECT_EQ(got.last, us{1});
}

TEST(LagWindow, ForgetsTheOldest) {
  lag_window window{4};
  for (int i = 1; i <= 6; ++i)
    window.add(us{i});
  const auto got = window.summarize();
  EXPECT_EQ(got.samples, 4U);
  EXPECT_EQ(got.p50, us{4});
  EXPECT_EQ(got.last, us{6});
}

} // namespace
} // namespace standings
