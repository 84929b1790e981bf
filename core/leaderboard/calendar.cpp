#include "core/leaderboard/calendar.hpp"

#include <date/tz.h>

#include <algorithm>

namespace standings {

namespace {

constexpr std::size_t longest_zone_name = 64; ///< of those that a message repeats

constexpr std::array<std::string_view, 7> weekdays{"sunday",   "monday", "tuesday", "wednesday",
                                                   "thursday", "friday", "saturday"};

std::optional<date::weekday> parse_weekday(const std::string& text) {
  const auto at = std::find(weekdays.begin(), weekdays.end(), text);
  if (at == weekdays.end())
    return std::nullopt;
  return date::weekday{static_cast<unsigned>(at - weekdays.begin())};
}

} // namespace

period_starts later_of(const period_starts& a, const period_starts& b) {
  period_starts out;
  for (std::size_t i = 0; i < period_count; ++i)
    out[i] = std::max(a[i], b[i]);
  return out;
}

result<calendar> calendar::make(const std::string& zone, const std::string& week_start) {
  calendar made;
  try {
    made.zone_ = date::locate_zone(zone);
  } catch (const std::runtime_error&) {
    return fail(errc::out_of_range,
                zone.size() > longest_zone_name ? "unknown time zone"
                                                : "unknown time zone '" + zone + "'",
                "time_zone");
  }
  const auto day = parse_weekday(week_start);
  if (!day)
    return fail(errc::out_of_range, "'" + week_start + "' is not a weekday in lower case",
                "week_start");
  made.week_start_ = *day;
  return made;
}

const std::string& calendar::zone() const {
  return zone_->name();
}

std::string calendar::week_start() const {
  return std::string{weekdays.at(week_start_.c_encoding())};
}

calendar::calendar() : zone_(date::locate_zone("UTC")), week_start_(date::Monday) {}

date::local_days calendar::today(sys_time t) const {
  const auto day = date::floor<date::days>(zone_->to_local(t));
  // A clock that is set back across midnight does not end the day that has begun.
  return to_sys(day + date::days{1}) <= t ? day + date::days{1} : day;
}

date::local_days calendar::local_start(period p, date::local_days today) const {
  const date::year_month_day ymd{today};
  switch (p) {
  case period::daily:
    return today;
  case period::weekly:
    return today - (date::weekday{today} - week_start_);
  case period::monthly:
    return date::local_days{ymd.year() / ymd.month() / 1};
  case period::yearly:
    break;
  }
  return date::local_days{ymd.year() / 1 / 1};
}

sys_time calendar::to_sys(date::local_days day) const {
  // `earliest` also resolves a midnight that daylight saving skips: to the
  // instant of the change, which is the first instant of that day.
  return zone_->to_sys(std::chrono::time_point_cast<std::chrono::microseconds>(day),
                       date::choose::earliest);
}

sys_time calendar::start(period p, sys_time t) const {
  return to_sys(local_start(p, today(t)));
}

sys_time calendar::next(period p, sys_time t) const {
  const auto first = local_start(p, today(t));
  switch (p) {
  case period::daily:
    return to_sys(first + date::days{1});
  case period::weekly:
    return to_sys(first + date::weeks{1});
  case period::monthly:
    return to_sys(date::local_days{date::year_month_day{first} + date::months{1}});
  case period::yearly:
    break;
  }
  return to_sys(date::local_days{date::year_month_day{first} + date::years{1}});
}

period_starts calendar::starts(sys_time t) const {
  period_starts out;
  for (auto p : all_periods)
    out[index_of(p)] = start(p, t);
  return out;
}

sys_time calendar::next_boundary(sys_time t) const {
  return next(period::daily, t); // every boundary of another period is also a day's boundary
}

} // namespace standings
