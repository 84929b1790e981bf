#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace standings {

/// A point in time in UTC, to the microsecond: the precision that both databases can store.
using sys_time = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

/// The source of time; a parameter of what needs one, so that tests can move it.
using clock_fn = std::function<sys_time()>;

/// The wall clock of this process.
sys_time system_now();

/// ISO 8601 in UTC with microseconds: `2026-01-31T09:30:00.000000Z`.
std::string to_iso8601(sys_time t);

/// The inverse of `to_iso8601`. Also reads what other programs write: a fraction of any length or
/// none; `Z`, an offset such as `+02:00`, or no zone, which means UTC.
std::optional<sys_time> parse_iso8601(std::string_view text);

/// Appends `to_iso8601(t)` without allocating more than the text needs.
void append_iso8601(std::string& out, sys_time t);

inline std::int64_t to_micros(sys_time t) {
  return t.time_since_epoch().count();
}

inline sys_time from_micros(std::int64_t us) {
  return sys_time{std::chrono::microseconds{us}};
}

} // namespace standings
