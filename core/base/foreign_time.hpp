#pragma once

#include "core/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace standings {

/// A time as another program wrote it.
struct foreign_time {
  sys_time at{};
  bool whole_day = false; ///< only the date was given; `at` is its midnight in UTC

  /// The last instant that the text may mean. Compare this with the start of a period, so that
  /// nothing counts as older than it is known to be.
  [[nodiscard]] sys_time latest() const;
};

/// The one parser for times that come from outside. Understands what Python,
/// JavaScript, Go, Java, Ruby, SQLite and PostgreSQL print by default:
///
/// - ISO 8601 with `T` or a space, with or without seconds, fraction and offset
///   (`Z`, `UTC`, `+02`, `+0200`, `+02:00`, `[Europe/Paris]` after an offset); naive
///   times are UTC; the date alone; the basic form `20260131T093000Z`
/// - RFC 822 and its relatives: `Sat, 31 Jan 2026 09:30:00 GMT`, `Sat Jan 31 09:30:00
///   UTC 2026`, `Sat Jan 31 2026 09:30:00 GMT+0100 (CET)`, asctime
/// - numbers as text, as in `time_since_epoch`
///
/// `nullopt` if the text is none of these or could mean two times (`01/02/2026`). Thread-safe.
[[nodiscard]] std::optional<foreign_time> parse_foreign_time(std::string_view text);

/// Seconds, milliseconds, microseconds or nanoseconds since 1970; the magnitude decides which.
/// Whole numbers keep every digit. `nullopt` beyond the year 9999.
[[nodiscard]] std::optional<sys_time> time_since_epoch(std::int64_t number);
[[nodiscard]] std::optional<sys_time> time_since_epoch(double number);

/// Whether a score can have been written at that time. Everything before 2000 counts as "not
/// known", such as the zero values of programming languages (the years 1 and 1970).
[[nodiscard]] bool is_plausible_score_time(sys_time t);

} // namespace standings
