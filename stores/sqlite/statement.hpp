#pragma once

#include "stores/sql/sql_text.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace standings {

/// A prepared statement, rebound for each use.
class prepared {
public:
  prepared(SQLite::Database& db, std::string_view text, const table_names& names)
      : statement_(db, with_names(text, names)) {}

  /// Returns the statement, ready to be stepped, with `values` bound as ?1, ?2, …
  template <class... Values>
  SQLite::Statement& with(const Values&... values) {
    statement_.tryReset(); // reset() would throw the last use's exception again
    int position = 0;
    (statement_.bind(++position, values), ...);
    return statement_;
  }

  /// Ends a read: an unfinished one would keep its snapshot of the database.
  void done() { statement_.tryReset(); }

  /// The results of `read(row)` for all rows, with `values` bound as ?1, ?2, …
  template <class Read, class... Values>
  auto all(const Read& read, const Values&... values) {
    std::vector<std::invoke_result_t<Read, SQLite::Statement&>> out;
    auto& row = with(values...);
    while (row.executeStep())
      out.push_back(read(row));
    done();
    return out;
  }

  /// The result for the first row; `nullopt` if there is none.
  template <class Read, class... Values>
  auto first(const Read& read, const Values&... values) {
    std::optional<std::invoke_result_t<Read, SQLite::Statement&>> out;
    auto& row = with(values...);
    if (row.executeStep())
      out.emplace(read(row));
    done();
    return out;
  }

  /// The result for the only row of a statement that always returns one.
  template <class Read, class... Values>
  auto only(const Read& read, const Values&... values) {
    auto out = first(read, values...);
    if (!out)
      throw SQLite::Exception{"a statement has given no row"};
    return *std::move(out);
  }

private:
  SQLite::Statement statement_;
};

/// Readers of rows that have a single column.
inline std::string read_text(SQLite::Statement& row) {
  return row.getColumn(0).getString();
}

inline std::int64_t read_number(SQLite::Statement& row) {
  return row.getColumn(0).getInt64();
}

inline std::uint64_t read_count(SQLite::Statement& row) {
  return static_cast<std::uint64_t>(read_number(row));
}

inline bool read_flag(SQLite::Statement& row) {
  return read_number(row) != 0;
}

} // namespace standings
