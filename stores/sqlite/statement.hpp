#pragma once

#include "stores/sql/sql_text.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <string>
#include <string_view>

namespace standings {

/// A prepared statement, rebound for each use.
class prepared {
public:
  prepared(SQLite::Database& db, std::string_view text, const table_names& names)
      : statement_(db, with_names(text, names)) {}

  /// Ready to be stepped, with `values` as ?1, ?2, …
  template <class... Values>
  SQLite::Statement& with(const Values&... values) {
    statement_.tryReset(); // reset() would throw once more what the last use threw
    int position = 0;
    (statement_.bind(++position, values), ...);
    return statement_;
  }

  /// Ends a read: an unfinished one would keep its snapshot of the database.
  void done() { statement_.tryReset(); }

private:
  SQLite::Statement statement_;
};

} // namespace standings
