#pragma once

#include "core/leaderboard/calendar.hpp"
#include "core/leaderboard/past_period.hpp"

#include <optional>
#include <vector>

namespace standings {

/// The period starts in force, from the calendar and the recorded starts. Consults the calendar
/// once per boundary, not once per transaction. Not thread-safe.
class period_window {
public:
  explicit period_window(std::optional<calendar> boundaries) : calendar_(std::move(boundaries)) {}

  /// For each period the later of the calendar's start and the recorded one.
  period_starts starts(sys_time now, const period_starts& recorded) {
    look_up(now);
    return later_of(from_calendar_, recorded);
  }

  /// The later of the recorded starts and the calendar's at `settled`, a time that is certain.
  [[nodiscard]] period_starts settled_starts(std::optional<sys_time> settled,
                                             const period_starts& recorded) const {
    return calendar_ && settled ? later_of(calendar_->starts(*settled), recorded) : recorded;
  }

  /// The next boundary after `now`; the far future without a calendar.
  sys_time next_boundary(sys_time now) {
    look_up(now);
    return until_;
  }

  /// When `p` starts next after `now`; the far future without a calendar.
  [[nodiscard]] sys_time next(period p, sys_time now) const {
    return calendar_ ? calendar_->next(p, now) : sys_time::max();
  }

  /// See ended_periods.
  [[nodiscard]] std::vector<period_span> ended(period p, sys_time open_since, sys_time started,
                                               std::size_t most) const {
    return ended_periods(calendar_, p, open_since, started, most);
  }

private:
  void look_up(sys_time now) {
    if (from_ <= now && now < until_)
      return;
    from_ = now;
    until_ = calendar_ ? calendar_->next_boundary(now) : sys_time::max();
    if (calendar_)
      from_calendar_ = calendar_->starts(now);
  }

  std::optional<calendar> calendar_;
  sys_time from_ = sys_time::max(); ///< `from_calendar_` holds within [from_, until_)
  sys_time until_ = sys_time::min();
  period_starts from_calendar_{};
};

} // namespace standings
