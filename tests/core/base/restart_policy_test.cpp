#include "core/base/restart_policy.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

using namespace std::chrono_literals;
using action = restart_tracker::action;

/// A child and its clock.
class child {
public:
  explicit child(restart_limits limits = {}) : tracker_(limits) { tracker_.started(now_); }

  /// Runs for `lived`, ends, and is started again at once.
  restart_tracker::decision lives(std::chrono::milliseconds lived, bool abnormal = true) {
    now_ += lived;
    const auto decided = tracker_.ended(now_, abnormal, 0.5);
    tracker_.started(now_);
    return decided;
  }

private:
  restart_tracker tracker_;
  restart_tracker::time_point now_{std::chrono::hours{1'000}};
};

TEST(RestartTracker, StartsAPermanentChildAgainAfterAnyEnd) {
  child c;
  EXPECT_EQ(c.lives(1s, true).what, action::start_again);
  EXPECT_EQ(c.lives(1s, false).what, action::start_again);
}

TEST(RestartTracker, StartsATransientChildAgainOnlyAfterAnAbnormalEnd) {
  child c{{.policy = restart::transient}};
  EXPECT_EQ(c.lives(1s, true).what, action::start_again);
  EXPECT_EQ(c.lives(1s, false).what, action::give_up);
}

TEST(RestartTracker, NeverStartsATemporaryChildAgain) {
  EXPECT_EQ(child{{.policy = restart::temporary}}.lives(1s, true).what, action::give_up);
  EXPECT_EQ(child{{.policy = restart::temporary}}.lives(1s, false).what, action::give_up);
}

TEST(RestartTracker, BacksOffLongerAfterEachQuickEnd) {
  child c;
  for (const auto expected : {100ms, 200ms, 400ms, 800ms, 1'600ms}) {
    const auto decided = c.lives(1s);
    EXPECT_EQ(decided.what, action::start_again);
    EXPECT_EQ(decided.after, expected);
  }
}

TEST(RestartTracker, ParksAChildPastItsIntensity) {
  child c;
  for (int i = 0; i < 5; ++i)
    ASSERT_EQ(c.lives(1s).what, action::start_again) << i;
  const auto decided = c.lives(1s);
  EXPECT_EQ(decided.what, action::park);
  EXPECT_EQ(decided.after, 300s);
}

TEST(RestartTracker, ParksOnlyForEndsWithinTheWindow) {
  child c;
  for (int i = 0; i < 100; ++i) // any 60 s contain the ends at 0, 13, 26, 39 and 52 s
    ASSERT_EQ(c.lives(13s).what, action::start_again) << i;
}

TEST(RestartTracker, CountsAnEndThatIsExactlyAWindowOld) {
  child c;
  for (int i = 0; i < 5; ++i)
    ASSERT_EQ(c.lives(12s).what, action::start_again) << i;
  EXPECT_EQ(c.lives(12s).what, action::park); // six ends in 60 s
}

TEST(RestartTracker, GivesAParkedChildAFreshStart) {
  child c;
  for (int i = 0; i < 5; ++i)
    c.lives(1s);
  ASSERT_EQ(c.lives(1s).what, action::park);
  for (const auto expected : {100ms, 200ms, 400ms, 800ms, 1'600ms}) {
    const auto decided = c.lives(1s);
    EXPECT_EQ(decided.what, action::start_again);
    EXPECT_EQ(decided.after, expected);
  }
  EXPECT_EQ(c.lives(1s).what, action::park);
}

TEST(RestartTracker, ForgetsTheBackOffAfterHealth) {
  child c;
  c.lives(1s);
  c.lives(1s);
  EXPECT_EQ(c.lives(59'999ms).after, 400ms);
  EXPECT_EQ(c.lives(60s).after, 100ms);
  EXPECT_EQ(c.lives(1s).after, 200ms);
}

TEST(RestartTracker, KeepsBackingOffBetweenEndsThatAreFarApartButUnhealthy) {
  child c; // 30 s do not reset the back-off, and 60 s never contain more than 3 ends
  std::chrono::milliseconds last{0};
  for (int i = 0; i < 8; ++i) {
    const auto decided = c.lives(30s);
    ASSERT_EQ(decided.what, action::start_again);
    EXPECT_GT(decided.after, last);
    last = decided.after;
  }
  EXPECT_EQ(last, 12'800ms);
}

TEST(RestartTracker, ParksAtOnceWithIntensityZero) {
  child c{{.intensity = 0}};
  EXPECT_EQ(c.lives(1h).what, action::park);
}

TEST(RestartTracker, DoesNotCountTheNormalEndOfATransientChild) {
  child c{{.policy = restart::transient, .intensity = 1}};
  EXPECT_EQ(c.lives(1s, false).what, action::give_up);
  EXPECT_EQ(c.lives(1s, false).what, action::give_up);
  EXPECT_EQ(c.lives(1s, true).what, action::start_again);
}

} // namespace
} // namespace standings
