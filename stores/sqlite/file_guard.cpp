#include "stores/sqlite/file_guard.hpp"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>
#include <sys/stat.h>

namespace standings {

sqlite_file_guard::sqlite_file_guard(const std::string& path) {
  for (const auto* suffix : {"", "-wal", "-shm"}) {
    struct stat now {};
    identity file{path + suffix};
    if (::stat(file.path.c_str(), &now) != 0)
      continue; // a journal file that is not in use
    file.device = now.st_dev;
    file.inode = now.st_ino;
    files_.push_back(std::move(file));
  }
}

bool sqlite_file_guard::is_there(const identity& file) {
  struct stat now {};
  return ::stat(file.path.c_str(), &now) == 0 && now.st_dev == file.device
         && now.st_ino == file.inode;
}

void sqlite_file_guard::check() const {
  for (const auto& file : files_)
    if (!is_there(file))
      throw SQLite::Exception{
          file.path + " was deleted, moved or replaced while it was in use;"
              + " put the database back, with its -wal file, or restart the service to"
              + " begin with what is there now",
          SQLITE_READONLY_DBMOVED};
}

} // namespace standings
