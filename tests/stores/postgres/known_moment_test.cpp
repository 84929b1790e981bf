#include "stores/postgres/known_moment.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace standings {
namespace {

using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class KnownMoment : public ::testing::Test {
protected:
  static known_moment::moment certain() {
    known_moment::moment out;
    out.now = from_micros(1'000'000'000);
    out.latest = out.now + minutes{1};
    out.is_shown = true;
    return out;
  }

  std::chrono::steady_clock::time_point time_{seconds{100}};
  known_moment known_{[this] {
    return time_;
  }};
};

TEST_F(KnownMoment, NothingIsKnownAtTheStart) {
  EXPECT_FALSE(known_.get());
}

TEST_F(KnownMoment, TheLatestTimeToAssignGoesOn) {
  known_.note(certain());
  time_ += seconds{3};
  const auto at = known_.get();
  ASSERT_TRUE(at);
  EXPECT_EQ(at->now, certain().now);
  EXPECT_EQ(at->latest, certain().latest + seconds{3});
  const auto [first, last] = known_moment::window(*at);
  EXPECT_EQ(first, certain().now);
  EXPECT_EQ(last, certain().now + seconds{5});
}

TEST_F(KnownMoment, IsForgottenSoon) {
  known_.note(certain());
  time_ += known_moment::lifetime;
  EXPECT_FALSE(known_.get());
}

TEST_F(KnownMoment, AnUncertainOneReplacesItByNothing) {
  known_.note(certain());
  auto doubted = certain();
  doubted.is_shown = false;
  known_.note(doubted);
  EXPECT_FALSE(known_.get());
  known_.note(certain());
  auto ahead = certain();
  ahead.has_future = true;
  known_.note(ahead);
  EXPECT_FALSE(known_.get());
}

} // namespace
} // namespace standings
