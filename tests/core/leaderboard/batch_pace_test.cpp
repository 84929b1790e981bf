#include "core/leaderboard/batch_pace.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using namespace std::chrono_literals;
using time_point = batch_pace::clock::time_point;

constexpr time_point start{1h};
constexpr std::size_t most = 500;

TEST(BatchPace, DoesNotDelayTheFirstBatch) {
  const batch_pace pace;
  EXPECT_LE(pace.next(start, 1, most), start);
}

TEST(BatchPace, WaitsForThoseThatWereAboutForHalfACommit) {
  batch_pace pace;
  pace.sent(start);
  pace.written(start + 1'600us, 64);
  EXPECT_EQ(pace.next(start + 1'600us, 1, most), start + 2'400us);
  EXPECT_EQ(pace.next(start + 1'700us, 63, most), start + 2'400us);
  EXPECT_LE(pace.next(start + 1'800us, 64, most), start + 1'800us) << "all are back";
  EXPECT_LE(pace.next(start + 2'400us, 2, most), start + 2'400us) << "the others stay away";
}

TEST(BatchPace, DoesNotWaitAfterAQuickCommit) {
  batch_pace pace;
  pace.sent(start);
  pace.written(start + 1ms, 64);
  EXPECT_LE(pace.next(start + 1ms, 1, most), start + 1ms);
}

TEST(BatchPace, NeverDelaysALoneClient) {
  batch_pace pace;
  pace.sent(start);
  pace.written(start + 10ms, 1);
  EXPECT_LE(pace.next(start + 10ms, 1, most), start + 10ms);
}

TEST(BatchPace, WaitsForNoMoreThanFitIntoABatch) {
  batch_pace pace;
  pace.sent(start);
  pace.written(start + 10ms, 2'000);
  EXPECT_LE(pace.next(start + 10ms, most, most), start + 10ms);
}

TEST(BatchPace, WaitsForNoLongerThanItsBoundAfterASlowCommit) {
  batch_pace pace;
  pace.sent(start);
  pace.written(start + 10s, 64);
  EXPECT_EQ(pace.next(start + 10s, 1, most), start + 10s + batch_pace::longest_wait);
}

} // namespace
} // namespace standings
