#pragma once

#include "core/base/column_time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace standings {

enum class sql_dialect : std::uint8_t { sqlite, postgres };

/// A column without a default that may not be null, so that a new row needs a value for it.
struct filled_column {
  std::string name;
  column_time format;
  bool uuid = false; ///< a random UUID instead of a time

  friend bool operator==(const filled_column&, const filled_column&) = default;
};

/// How a leaderboard table keeps the time of a row. Our own tables keep it in `updated_at`. In a
/// table that another application created, `updated_at` keeps that application's format, and
/// `standings_at` beside it keeps the exact time.
struct row_time {
  sql_dialect dialect = sql_dialect::sqlite;
  column_time format;
  bool own_column = false; ///< the table has `standings_at`
  std::vector<filled_column> filled;

  friend bool operator==(const row_time&, const row_time&) = default;
};

inline constexpr auto own_time_column = "standings_at";

/// `sql` with the placeholders for the row's time replaced:
///
/// - `{at}`: the column with the row's exact time, to be read and compared
/// - `{at_columns}`: the columns that an INSERT sets to a time (or fills)
/// - `{at_values|X|}`: the values for them, X being the exact time
/// - `{set_at|X|}`: the assignments of an UPDATE to X
/// - `{keep_at}`: the assignments that take over the values of the INSERT
std::string with_row_time(std::string_view sql, const row_time& time);

/// SQL for a time in the column's format; `exact` is SQL for microseconds since
/// 1970 (SQLite) or a timestamptz (PostgreSQL).
std::string formatted_time(sql_dialect dialect, const column_time& format,
                           const std::string& exact);

/// SQL for the exact time that `column` (which may be qualified) stands for: microseconds since
/// 1970 on SQLite, a timestamptz on PostgreSQL. Never null: it is now if the column holds no time,
/// a zero value, a time in the future or one that cannot be read. Triggers give this time to rows
/// that other programs write. On PostgreSQL a text that is no time raises an error.
std::string exact_time(sql_dialect dialect, const column_time& format, const std::string& column);

/// Converts `filled` to the text that `{own}adopted` stores, and back.
std::string filled_to_text(const std::vector<filled_column>& filled);
std::vector<filled_column> filled_from_text(std::string_view text);

} // namespace standings
