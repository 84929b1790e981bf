#pragma once

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/leaderboard/period.hpp"

#include <date/date.h>

#include <string>

namespace date {
class time_zone;
}

namespace standings {

/// When each period started, by index.
using period_starts = std::array<sys_time, period_count>;

/// For each period the later start.
period_starts later_of(const period_starts& a, const period_starts& b);

/// Period boundaries in a time zone: the day starts at local midnight (or, if daylight saving skips
/// midnight, at the first instant after it), the week on the configured weekday, months and years
/// on their first day.
/// Immutable, cheap to copy, thread-safe.
class calendar {
public:
  /// `zone` is an IANA name such as `Europe/Berlin`, `week_start` an English weekday in lower case.
  /// Fails with `out_of_range`, naming the field.
  [[nodiscard]] static result<calendar> make(const std::string& zone,
                                             const std::string& week_start);

  /// UTC, weeks starting on Monday.
  calendar();

  /// The names that it was made of.
  [[nodiscard]] const std::string& zone() const;
  [[nodiscard]] std::string week_start() const;

  /// The start of the period that contains `t`: `start(p, t) <= t`.
  [[nodiscard]] sys_time start(period p, sys_time t) const;

  /// The start of the next period after `t`: `t < next(p, t)`.
  [[nodiscard]] sys_time next(period p, sys_time t) const;

  /// `start(p, t)` for all four periods.
  [[nodiscard]] period_starts starts(sys_time t) const;

  /// The earliest boundary of any period after `t`.
  [[nodiscard]] sys_time next_boundary(sys_time t) const;

private:
  [[nodiscard]] date::local_days local_start(period p, date::local_days today) const;
  [[nodiscard]] date::local_days today(sys_time t) const;
  [[nodiscard]] sys_time to_sys(date::local_days day) const;

  const date::time_zone* zone_;
  date::weekday week_start_;
};

} // namespace standings
