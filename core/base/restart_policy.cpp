#include "core/base/restart_policy.hpp"

namespace standings {

restart_tracker::decision restart_tracker::ended(time_point now, bool abnormal, double random) {
  if (limits_.policy == restart::temporary || (limits_.policy == restart::transient && !abnormal))
    return {action::give_up, {}};
  if (now - started_at_ >= limits_.reset_after)
    attempt_ = 0;
  ends_.push_back(now);
  while (now - ends_.front() > limits_.window)
    ends_.pop_front();
  if (ends_.size() > limits_.intensity) {
    ends_.clear();
    attempt_ = 0;
    return {action::park, limits_.park_for};
  }
  return {action::start_again, limits_.delays.delay(attempt_++, random)};
}

} // namespace standings
