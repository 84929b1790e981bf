#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace standings {

/// `text` with each `what` replaced by `by`.
inline std::string replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string out;
  for (;;) {
    const auto at = text.find(what);
    out.append(text.substr(0, at));
    if (at == std::string_view::npos)
      return out;
    out.append(by);
    text.remove_prefix(at + what.size());
  }
}

/// `text` with each `<opening>x<closing>` replaced by what `made_of(x)` gives.
template <class F>
std::string replaced_each(std::string_view text, std::string_view opening, std::string_view closing,
                          const F& made_of) {
  std::string out;
  for (;;) {
    const auto at = text.find(opening);
    out.append(text.substr(0, at));
    if (at == std::string_view::npos)
      return out;
    text.remove_prefix(at + opening.size());
    const auto end = text.find(closing);
    out.append(made_of(std::string{text.substr(0, end)}));
    text.remove_prefix(end + closing.size());
  }
}

/// The leaderboard's table whose bookkeeping has plain names.
inline constexpr std::string_view default_table = "pomo_leaderboard";

/// The names of one leaderboard's tables.
struct table_names {
  std::string table;   ///< the leaderboard's own
  std::string own;     ///< what the names of our bookkeeping begin with, for `{own}`
  std::string archive; ///< of the deleted rows, for `{table}_deleted`
  std::string schema;  ///< where the bookkeeping lies; empty on SQLite
};

/// So two leaderboards of one database share nothing.
inline std::string own_part(const std::string& table) {
  return table == default_table ? std::string{} : table + "_";
}

/// The bookkeeping lies in a schema of its own.
inline table_names postgres_names(const std::string& table, const std::string& schema) {
  const auto in_schema = "\"" + schema + "\".";
  return {table, in_schema + own_part(table), in_schema + table + "_deleted", schema};
}

/// SQLite has no schemas: a prefix stands for one.
inline table_names sqlite_names(const std::string& table) {
  const std::string prefix = "standings_";
  return {table, prefix + own_part(table), prefix + table + "_deleted", {}};
}

/// `sql` with its names filled in: `{table}` is the leaderboard's table,
/// `{table}_deleted` its archive, and `{own}` what the names of our own tables begin
/// with. All are plain identifiers: the configuration accepts nothing else.
inline std::string with_names(std::string_view sql, const table_names& names) {
  return replaced(replaced(replaced(sql, "{table}_deleted", names.archive), "{table}", names.table),
                  "{own}", names.own);
}

/// The migration that makes the leaderboard's table itself.
inline constexpr std::string_view leaderboard_table_migration = "0000_table.sql";

/// Whether the tables of the chat sessions are made as well: session sync alone needs them.
enum class chat_tables : std::uint8_t { left_out, made };

/// A limit or an offset for SQL, which has no unsigned numbers.
inline std::int64_t sql_count(std::size_t n) {
  return static_cast<std::int64_t>(
      std::min<std::size_t>(n, std::numeric_limits<std::int64_t>::max()));
}

} // namespace standings
