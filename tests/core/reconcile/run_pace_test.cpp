#include "core/reconcile/run_pace.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using std::chrono::milliseconds;

TEST(RunPace, DoesNotRestWhileBatchesAreAsQuickAsTheQuickest) {
  run_pace pace;
  for (int i = 0; i < 1'000; ++i)
    EXPECT_EQ(pace.rest_after(milliseconds{10}, 1'000), run_pace::duration::zero());
}

TEST(RunPace, DoesNotRestForSmallDifferences) {
  run_pace pace;
  EXPECT_EQ(pace.rest_after(milliseconds{10}, 1'000), run_pace::duration::zero());
  EXPECT_EQ(pace.rest_after(milliseconds{14}, 1'000), run_pace::duration::zero());
}

TEST(RunPace, RestsForTheTimeThatABatchHasLost) {
  run_pace pace;
  static_cast<void>(pace.rest_after(milliseconds{10}, 1'000));
  const auto rest = pace.rest_after(milliseconds{40}, 1'000);
  EXPECT_GT(rest, milliseconds{20});
  EXPECT_LT(rest, milliseconds{40});
}

TEST(RunPace, ComparesBatchesByTheirUsers) {
  run_pace pace;
  static_cast<void>(pace.rest_after(milliseconds{10}, 1'000));
  EXPECT_EQ(pace.rest_after(milliseconds{5}, 500), run_pace::duration::zero());
  EXPECT_GT(pace.rest_after(milliseconds{20}, 500), run_pace::duration::zero());
}

TEST(RunPace, LearnsNothingFromSmallBatches) {
  run_pace pace;
  EXPECT_EQ(pace.rest_after(milliseconds{0}, 99), run_pace::duration::zero());
  EXPECT_EQ(pace.rest_after(milliseconds{10}, 1'000), run_pace::duration::zero());
  EXPECT_EQ(pace.rest_after(milliseconds{50}, 99), run_pace::duration::zero());
}

TEST(RunPace, RestIsBounded) {
  run_pace pace;
  static_cast<void>(pace.rest_after(milliseconds{1}, 1'000));
  EXPECT_EQ(pace.rest_after(std::chrono::seconds{30}, 1'000), run_pace::longest_rest);
}

TEST(RunPace, GetsUsedToAStoreThatStaysSlower) {
  run_pace pace;
  static_cast<void>(pace.rest_after(milliseconds{10}, 1'000));
  for (int i = 0; i < 300; ++i)
    static_cast<void>(pace.rest_after(milliseconds{40}, 1'000));
  EXPECT_EQ(pace.rest_after(milliseconds{40}, 1'000), run_pace::duration::zero());
}

} // namespace
} // namespace standings
