#pragma once

#include "core/reconcile/run_report.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace standings {

/// What made a run start.
inline constexpr auto timer_trigger = "timer";
inline constexpr auto request_trigger = "request";

struct run_schedule_options {
  bool enabled = true; ///< off: runs on request only
  std::chrono::milliseconds interval{60 * 60 * 1'000};
  double jitter = 0.05;                       ///< fraction of the interval, added
  std::chrono::milliseconds retry{60'000};    ///< after a failed run; doubles, up to the interval
  std::chrono::milliseconds first_run{2'000}; ///< after this instance has begun to lead
};

/// When this instance runs by itself: while it leads, and while the timer is started for all
/// instances. Not thread-safe.
class run_schedule {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit run_schedule(const run_schedule_options& options) : options_(options) {}

  /// Returns true if periodic work begins here. The first run is planned then; `plan_from` may
  /// put it off.
  [[nodiscard]] bool note_leadership(bool leader, bool started, time_point now);

  /// Until `note_leadership` reports that this instance leads again.
  void stop_leading();

  /// The last complete run of any instance began `passed` ago: the next one follows an interval
  /// after it.
  void plan_from(std::chrono::milliseconds passed, time_point now);

  /// A run has ended. `fraction` of [0, 1) spreads the next one. A run of some periods and a dry
  /// run leave the plan as it is. A failed run of the timer is followed by another one soon, and so
  /// is any failed run if none is planned.
  void plan_after(const run_report& report, time_point now, double fraction);

  /// Whether a run is due now; it counts as begun then.
  [[nodiscard]] bool take_due(time_point now);

  [[nodiscard]] bool does_periodic_work() const;
  [[nodiscard]] bool leads() const { return leader_; }
  [[nodiscard]] bool started() const { return started_; }
  [[nodiscard]] std::optional<time_point> next() const { return next_; }

private:
  run_schedule_options options_;
  bool leader_ = false;
  bool started_ = true;
  std::uint32_t failures_ = 0; ///< consecutive failed runs
  std::optional<time_point> next_;
};

} // namespace standings
