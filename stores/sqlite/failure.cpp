#include "stores/sqlite/failure.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

namespace standings {

namespace {

constexpr std::array<std::pair<int, std::string_view>, 12> advices{{
    {SQLITE_BUSY, "another program holds the file's lock; end its transaction"},
    {SQLITE_LOCKED, "another connection holds a table's lock"},
    {SQLITE_READONLY, "give the service's user the right to write the file and its directory"},
    {SQLITE_PERM, "give the service's user the right to read and write the file"},
    {SQLITE_CANTOPEN, "look at the file's directory and its rights"},
    {SQLITE_NOTADB, "name another file as database.path: this one is no SQLite database, or is"
                    " encrypted"},
    {SQLITE_CORRUPT, "the file is damaged: stop the service and bring back a backup, or try"
                     " sqlite3's .recover"},
    {SQLITE_FULL, "make room on the disk"},
    {SQLITE_IOERR, "look at the disk and at the system's log"},
    {SQLITE_CONSTRAINT, "a constraint, trigger or index on the table stands against the row"},
    {SQLITE_NOLFS, "the file system cannot hold files that large"},
    {SQLITE_ERROR, "a table or column is not as it should be; standings check says which"},
}};

std::string_view advice_for(int code) {
  for (const auto& [known, advice] : advices)
    if (known == (code & 0xff))
      return advice;
  return "look at the file and at the system's log";
}

std::string reason_of(int error) {
  return std::generic_category().message(error);
}

} // namespace

std::string sqlite_cause(const SQLite::Exception& e) {
  const int code = e.getExtendedErrorCode() > 0 ? e.getExtendedErrorCode() : e.getErrorCode();
  return "SQLite " + std::to_string(code) + ": " + e.what() + "; "
         + std::string{advice_for(e.getErrorCode())};
}

std::string obstacle_to_sqlite(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const auto parent = fs::path{path}.parent_path();
  const auto directory = parent.empty() ? std::string{"."} : parent.string();
  if (!fs::is_directory(directory, ignored))
    return "the directory " + directory + " does not exist; create it, or correct database.path";
  if (fs::is_directory(path, ignored))
    return path + " is a directory; name a file as database.path";
  if (fs::exists(path, ignored) && ::access(path.c_str(), R_OK | W_OK) != 0)
    return path + ": " + reason_of(errno)
           + "; give the service's user the right to read and write it";
  if (::access(directory.c_str(), W_OK | X_OK) != 0)
    return "the directory " + directory + ": " + reason_of(errno)
           + "; SQLite makes files beside the database, so the service's user has to be able to"
             " write there";
  return {};
}

failure explain_opening(const std::string& path, const SQLite::Exception& e) {
  const auto obstacle = obstacle_to_sqlite(path);
  std::string detail = "the database cannot be opened";
  if (e.getErrorCode() == SQLITE_BUSY || e.getErrorCode() == SQLITE_LOCKED)
    detail = "the database is locked by another program";
  else if (e.getErrorCode() == SQLITE_FULL)
    detail = "the database's disk is full";
  return fail_because(errc::store_unavailable, detail,
                      "opening " + path + ": "
                          + (obstacle.empty() ? sqlite_cause(e)
                                              : "SQLite " + std::to_string(e.getErrorCode()) + ": "
                                                    + e.what() + "; " + obstacle));
}

} // namespace standings
