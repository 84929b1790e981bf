#include "core/reconcile/run_schedule.hpp"

#include <algorithm>

namespace standings {

namespace {

constexpr std::uint32_t most_doublings = 6;

} // namespace

bool run_schedule::does_periodic_work() const {
  return options_.enabled && leader_ && started_;
}

bool run_schedule::note_leadership(bool leader, bool started, time_point now) {
  const bool begins = (leader && !leader_) || (started && !started_);
  leader_ = leader;
  started_ = started;
  if (!does_periodic_work()) {
    next_.reset();
    return false;
  }
  if (begins)
    next_ = now + options_.first_run;
  return begins;
}

void run_schedule::stop_leading() {
  leader_ = false;
  next_.reset();
}

void run_schedule::plan_from(std::chrono::milliseconds passed, time_point now) {
  if (next_)
    next_ = now + std::max(options_.first_run, options_.interval - passed);
}

void run_schedule::plan_after(const run_report& report, time_point now, double fraction) {
  if (!does_periodic_work())
    return;
  if (report.status != run_status::completed) {
    const auto pause = options_.retry * (1 << std::min(failures_++, most_doublings));
    if (!next_ || report.trigger == timer_trigger)
      next_ = now + std::min(pause, options_.interval);
    return;
  }
  failures_ = 0;
  if (!is_whole(report))
    return;
  const auto extra = options_.jitter * fraction * static_cast<double>(options_.interval.count());
  next_ = now + options_.interval + std::chrono::milliseconds{static_cast<std::int64_t>(extra)};
}

bool run_schedule::take_due(time_point now) {
  if (!next_ || now < *next_)
    return false;
  next_.reset();
  return true;
}

} // namespace standings
