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

/// `text` with each `<opening>x<closing>` replaced by `made_of(x)`.
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

/// The leaderboard table whose name is not part of the prefix of its bookkeeping tables.
inline constexpr std::string_view default_table = "pomo_leaderboard";

/// The names of one leaderboard's tables.
struct table_names {
  std::string table;   ///< the leaderboard's own
  std::string own;     ///< prefix of our bookkeeping tables, for `{own}`
  std::string archive; ///< table of the deleted rows, for `{table}_deleted`
  std::string schema;  ///< schema of the bookkeeping; empty on SQLite
};

/// A prefix per table, so that two leaderboards in one database share nothing.
inline std::string own_part(const std::string& table) {
  return table == default_table ? std::string{} : table + "_";
}

/// On PostgreSQL the bookkeeping is in a schema of its own.
inline table_names postgres_names(const std::string& table, const std::string& schema) {
  const auto in_schema = "\"" + schema + "\".";
  return {table, in_schema + own_part(table), in_schema + table + "_deleted", schema};
}

/// SQLite has no schemas; a prefix takes their place.
inline table_names sqlite_names(const std::string& table) {
  const std::string prefix = "standings_";
  return {table, prefix + own_part(table), prefix + table + "_deleted", {}};
}

/// `sql` with its names filled in: `{table}` is the leaderboard's table, `{table}_deleted` its
/// archive, and `{own}` the prefix of our own tables. All are plain identifiers: the configuration
/// accepts nothing else.
inline std::string with_names(std::string_view sql, const table_names& names) {
  return replaced(replaced(replaced(sql, "{table}_deleted", names.archive), "{table}", names.table),
                  "{own}", names.own);
}

/// The migration that creates the leaderboard's table itself.
inline constexpr std::string_view leaderboard_table_migration = "0000_table.sql";

/// Whether the tables of the chat sessions are created, too: only session sync needs them.
enum class chat_tables : std::uint8_t { left_out, made };

/// What the start will do to our tables, which are there and lack so many migrations.
inline std::string migrations_text(std::size_t pending) {
  return pending == 0 ? ", schema up to date"
                      : "; migrations pending: " + std::to_string(pending) + ", serve applies them";
}

inline constexpr auto no_tables_text = "; our tables are not there yet, serve makes them";

/// Converts a limit or an offset for SQL, which has no unsigned numbers.
inline std::int64_t sql_count(std::size_t n) {
  return static_cast<std::int64_t>(
      std::min<std::size_t>(n, std::numeric_limits<std::int64_t>::max()));
}

} // namespace standings
