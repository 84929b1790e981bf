#include "core/base/clock_watch.hpp"

#include <algorithm>

namespace standings {

namespace {

using std::chrono::microseconds;

/// Clocks drift, are slewed, and are not read at the same instant.
constexpr std::chrono::seconds slack{2};
constexpr int drift_divisor = 500;

constexpr std::chrono::hours witness_slack{24};

microseconds between(clock_watch::steady_time from, clock_watch::steady_time to) {
  return std::chrono::duration_cast<microseconds>(to - from);
}

} // namespace

/// Whether as much wall time as monotonic time has passed.
bool clock_watch::agree(const reading& before, const reading& now) {
  const auto passed = between(before.steady, now.steady);
  const auto off = (now.wall - before.wall) - passed;
  return std::chrono::abs(off) <= slack + passed / drift_divisor;
}

sys_time clock_watch::look(sys_time wall, steady_time steady, std::optional<sys_time> witness) {
  const reading now{wall, steady};
  if (!believed_) {
    watched_since_ = steady;
    const bool wrong = witness && wall - *witness > witness_slack;
    believed_ = reading{wrong ? *witness : wall, steady};
    if (wrong)
      ahead_ = now;
    return believed_->wall;
  }
  const auto expected = believed_->wall + between(believed_->steady, steady);
  const bool agreed = agree(*believed_, now);
  if (!agreed && wall > expected) {
    doubt(now);
  } else if (!agreed && expected - wall > correction) {
    ahead_.reset();
    watched_since_ = steady;
    believed_ = now;
  } else { // a clock that is behind a little stands still until it has caught up
    ahead_.reset();
    believed_ = reading{std::max(believed_->wall, wall), steady};
  }
  return believed_->wall;
}

void clock_watch::doubt(const reading& now) {
  if (!ahead_ || !agree(*ahead_, now))
    ahead_ = now;
  if (now.steady - ahead_->steady >= confirm_after) {
    ahead_.reset();
    watched_since_ = now.steady;
    believed_ = now;
    return;
  }
  believed_ = reading{believed_->wall + between(believed_->steady, now.steady), now.steady};
}

std::optional<sys_time> clock_watch::doubted() const {
  if (!ahead_)
    return std::nullopt;
  return ahead_->wall + between(ahead_->steady, believed_->steady);
}

std::optional<sys_time> clock_watch::settled() const {
  constexpr std::chrono::hours settle{1};
  if (!believed_ || believed_->steady - watched_since_ < settle)
    return std::nullopt;
  return believed_->wall - settle;
}

} // namespace standings
