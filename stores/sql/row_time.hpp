#pragma once

#include "core/base/column_time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace standings {

enum class sql_dialect : std::uint8_t { sqlite, postgres };

/// A column that has no default and may not be null, which a new row needs a value in.
struct filled_column {
  std::string name;
  column_time format;
  bool uuid = false; ///< a random UUID in place of a time

  friend bool operator==(const filled_column&, const filled_column&) = default;
};

/// How a leaderboard table keeps the time of a row. In a table of ours it is
/// `updated_at` itself. In a table that another application made, `updated_at` keeps
/// that application's format, and the exact time lies in `standings_at` beside it.
struct row_time {
  sql_dialect dialect = sql_dialect::sqlite;
  column_time format;
  bool own_column = false; ///< the table has `standings_at`
  std::vector<filled_column> filled;

  friend bool operator==(const row_time&, const row_time&) = default;
};

inline constexpr auto own_time_column = "standings_at";

/// `sql` with the marks of the row's time replaced:
///
/// - `{at}`: the row's exact time, to be read and compared; a column's name
/// - `{at_columns}`: the columns that an INSERT gives a time (or fills)
/// - `{at_values|X|}`: the values for them, X being the exact time
/// - `{set_at|X|}`: the assignments of an UPDATE
/// - `{keep_at}`: the assignments that take what the INSERT had
std::string with_row_time(std::string_view sql, const row_time& time);

/// SQL for a time in the column's format; `exact` is SQL for microseconds since
/// 1970 (SQLite) or a timestamptz (PostgreSQL).
std::string formatted_time(sql_dialect dialect, const column_time& format,
                           const std::string& exact);

/// SQL for the exact time that `column` (with whatever qualifies it) stands for:
/// microseconds since 1970 on SQLite, a timestamptz on PostgreSQL. Never null: where
/// the column has no time, a zero value, one yet to come or none that can be read,
/// it is now. This is what a trigger gives to a row that another program has
/// written. On PostgreSQL a text that is no time raises an error.
std::string exact_time(sql_dialect dialect, const column_time& format, const std::string& column);

/// What `{own}adopted` keeps of `filled`, and back.
std::string filled_to_text(const std::vector<filled_column>& filled);
std::vector<filled_column> filled_from_text(std::string_view text);

} // namespace standings
