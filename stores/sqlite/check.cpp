#include "stores/sqlite/check.hpp"

#include "stores/sqlite/connection.hpp"
#include "stores/sqlite/failure.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>

namespace standings {

namespace {

/// What the start will do to the tables. Those of chat sessions are made when they are synced.
std::string schema_state(SQLite::Database& db, const table_names& names) {
  if (!db.tableExists(names.own + "schema_migrations"))
    return no_tables_text;
  return migrations_text(pending_migrations(db, names).size());
}

/// `sqlite PATH, library VERSION`
std::string described(const std::string& path) {
  std::error_code error;
  const auto whole = std::filesystem::absolute(path, error);
  return "sqlite " + (error ? path : whole.lexically_normal().string()) + ", library "
         + sqlite3_libversion();
}

/// The path as a URI. A file that no other program has open is read as immutable, so that no file
/// is created beside it.
std::string uri_of(const std::string& path) {
  std::string out = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#')
      out += c == '%' ? "%25" : c == '?' ? "%3f" : "%23";
    else
      out += c;
  }
  std::error_code ignored;
  return out + (std::filesystem::exists(path + "-wal", ignored) ? "?mode=ro" : "?immutable=1");
}

/// Whether the start creates the file's directory, and may do so.
bool is_to_be_made(const std::string& path, const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  auto above = fs::absolute(directory, ignored).lexically_normal();
  if (directory.empty() || fs::exists(above, ignored)
      || fs::absolute(path, ignored).lexically_normal().parent_path()
             != (above / "").lexically_normal().parent_path())
    return false;
  while (!fs::exists(above, ignored) && above.has_relative_path())
    above = above.parent_path();
  return fs::is_directory(above, ignored) && ::access(above.c_str(), W_OK | X_OK) == 0;
}

} // namespace

result<std::string> check_sqlite(const sqlite_options& options, const std::string& made_at_start) {
  const auto& path = options.path;
  if (is_to_be_made(path, made_at_start))
    return described(path) + ", not there yet; serve creates it";
  if (const auto obstacle = obstacle_to_sqlite(path); !obstacle.empty())
    return fail_because(errc::store_unavailable, "the database cannot be used", obstacle);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    return described(path) + ", not there yet; serve creates it";
  try {
    SQLite::Database db{uri_of(path), SQLite::OPEN_READONLY | SQLite::OPEN_URI,
                        sqlite_busy_timeout_ms};
    return described(path) + schema_state(db, names_of(options));
  } catch (const SQLite::Exception& e) {
    return explain_opening(path, e);
  }
}

} // namespace standings
