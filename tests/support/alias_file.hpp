#pragma once

#include "core/aliases/alias.hpp"
#include "tests/support/recorded_data.hpp"
#include "tests/support/temp_dir.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>

/// Stands in for the other application, which writes the source of the aliases.
namespace standings::test {

using aliases_of_type = std::map<std::string, std::set<std::int64_t>>; ///< alias → ids

/// A SQLite file with the four tables; each change uses a connection of its own.
class alias_file {
public:
  explicit alias_file(std::string path, const std::string& journal = "WAL")
      : path_(std::move(path)) {
    auto db = open();
    db.exec("PRAGMA journal_mode = " + journal);
    for (const auto type : all_alias_types)
      db.exec("CREATE TABLE " + table(type) + " (id INTEGER PRIMARY KEY, " + to_string(type)
              + "_id INTEGER, alias TEXT)");
  }

  [[nodiscard]] const std::string& path() const { return path_; }

  void add(alias_type type, std::int64_t id, const std::string& alias) const {
    auto db = open();
    SQLite::Statement insert{db, "INSERT INTO " + table(type) + " (" + to_string(type)
                                     + "_id, alias) VALUES (?, CAST(? AS TEXT))"};
    insert.bind(1, id);
    insert.bind(2, alias.data(), static_cast<int>(alias.size())); // whatever bytes it has
    insert.exec();
  }

  void exec(const std::string& sql) const { open().exec(sql); }

  [[nodiscard]] SQLite::Database open() const {
    return SQLite::Database{path_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 5'000};
  }

  static std::string table(alias_type type) { return to_string(type) + "_aliases"; }

private:
  std::string path_;
};

/// The aliases in a database's table, read in the simplest way.
inline aliases_of_type aliases_in(const std::string& path, alias_type type) {
  const SQLite::Database db{path, SQLite::OPEN_READONLY, 5'000};
  SQLite::Statement rows{db, "SELECT alias, " + to_string(type) + "_id FROM "
                                 + alias_file::table(type)};
  aliases_of_type out;
  while (rows.executeStep())
    out[rows.getColumn(0).getString()].insert(rows.getColumn(1).getInt64());
  return out;
}

/// The value that the cache should have.
inline std::string value_of(const std::set<std::int64_t>& ids) {
  std::string out;
  for (const auto id : ids)
    out += (out.empty() ? "\"" : ",\"") + std::to_string(id) + "\"";
  return "[" + out + "]";
}

/// Loads the recorded database, or an extract of it, into a new file.
inline void load_recorded_aliases(const std::string& path) {
  std::ifstream in{recorded_data("sports_data.sql")};
  std::ostringstream text;
  text << in.rdbuf();
  SQLite::Database db{path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
  db.exec(text.str());
}

} // namespace standings::test
