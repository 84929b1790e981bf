#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <string>

namespace standings {

/// Whether the table has this column; SQLite does not tell case apart. Throws SQLite::Exception.
inline bool has_column(SQLite::Database& db, const std::string& table, const std::string& column) {
  SQLite::Statement query{db, "SELECT 1 FROM pragma_table_info(?) WHERE name = ? COLLATE NOCASE"};
  query.bind(1, table);
  query.bind(2, column);
  return query.executeStep();
}

} // namespace standings
