#include "core/base/clock_watch.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using namespace std::chrono_literals;

/// A wall clock that can be wrong by `error`, and the monotonic clock beside it.
class ClockWatch : public testing::Test {
protected:
  /// The believed time after this duration, relative to the true time.
  std::chrono::microseconds pass(std::chrono::microseconds d) {
    true_ += d;
    return look() - true_;
  }

  sys_time look() { return watch.look(true_ + error, clock_watch::steady_time{true_ - start}); }

  const sys_time start = *parse_iso8601("2026-12-31T23:00:00Z");
  std::chrono::microseconds error{0};
  clock_watch watch;
  sys_time true_ = start;
};

TEST_F(ClockWatch, BelievesAClockThatAgreesWithTheMonotonicOne) {
  look();
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(pass(1min), 0ms);
  EXPECT_EQ(pass(72h), 0ms);
  EXPECT_FALSE(watch.doubted());
}

TEST_F(ClockWatch, BelievesDriftAndSlewing) {
  look();
  for (int i = 0; i < 1'000; ++i) {
    error += 20ms;
    EXPECT_EQ(pass(1min), error);
  }
}

TEST_F(ClockWatch, GoesOnAtItsPaceWhileTheClockIsAheadForAWhile) {
  look();
  for (const auto jump : {std::chrono::microseconds{1min}, std::chrono::microseconds{8'760h}}) {
    error = jump;
    for (int i = 0; i < 5; ++i)
      EXPECT_EQ(pass(500ms), 0ms);
    EXPECT_EQ(watch.doubted(), true_ + jump);
    error = 0ms;
    EXPECT_EQ(pass(500ms), 0ms);
    EXPECT_FALSE(watch.doubted());
  }
}

TEST_F(ClockWatch, BelievesAJumpThatTheClockStandsBy) {
  look();
  error = 8'760h; // a dead clock was set
  EXPECT_EQ(pass(1s), 0ms);
  EXPECT_EQ(pass(59min), 0ms);
  EXPECT_EQ(pass(2min), error);
  EXPECT_EQ(pass(1min), error);
}

TEST_F(ClockWatch, DoubtsAnewWhereTheClockJumpsOn) {
  look();
  for (int i = 1; i <= 100; ++i) {
    error = i * 24h;
    EXPECT_EQ(pass(10min), 0ms);
  }
}

TEST_F(ClockWatch, WaitsForAClockThatGoesBackALittle) {
  look();
  pass(1min);
  error = -10min;
  EXPECT_EQ(pass(1s), -1s);
  EXPECT_EQ(pass(5min), -5min - 1s);
  EXPECT_EQ(pass(10min), error);
}

TEST_F(ClockWatch, FollowsAClockThatIsSetRight) {
  error = 8'760h; // wrong from the start
  EXPECT_EQ(look(), true_ + error);
  pass(2s);
  error = 0h;
  EXPECT_EQ(pass(500ms), 0ms);
}

TEST_F(ClockWatch, AsksAWitnessAtFirst) {
  const auto ahead = start + 8'760h;
  EXPECT_EQ(watch.look(ahead, {}, start), start);
  EXPECT_EQ(watch.doubted(), ahead);
  EXPECT_EQ(watch.look(start + 1s, clock_watch::steady_time{1s}, start), start + 1s);
  clock_watch other;
  EXPECT_EQ(other.look(start + 2h, {}, start), start + 2h) << "a time zone is no year";
  clock_watch third;
  EXPECT_EQ(third.look(start, {}, ahead), start) << "the earlier one ends no period";
}

TEST_F(ClockWatch, NothingIsSettledBeforeAnHourHasBeenWatched) {
  EXPECT_FALSE(watch.settled());
  look();
  pass(59min);
  EXPECT_FALSE(watch.settled());
  pass(1min);
  EXPECT_EQ(watch.settled(), true_ - 1h);
}

TEST_F(ClockWatch, ATimeThatTheClockHasJumpedToIsSettledAnHourLater) {
  look();
  pass(3h);
  error = 8'760h;
  pass(1s);
  pass(61min);
  ASSERT_EQ(look(), true_ + error) << "the jump is believed";
  EXPECT_FALSE(watch.settled());
  pass(1h);
  EXPECT_EQ(watch.settled(), true_ + error - 1h);
}

} // namespace
} // namespace standings
