#pragma once

#include <sys/types.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace standings {

/// Checks that the files of a connection are still those at its path: if a database is deleted,
/// renamed or replaced, the connection goes on writing into the old files, and those writes are
/// lost.
class sqlite_file_guard {
public:
  /// Construct it after the connection's first read, so that the journal exists.
  explicit sqlite_file_guard(const std::string& path);

  /// Throws SQLite::Exception with SQLITE_READONLY_DBMOVED if a file is no longer there. Costs a
  /// few microseconds.
  void check() const;

private:
  /// Which file a path led to.
  struct identity {
    std::string path;
    dev_t device = 0;
    ino_t inode = 0;
  };

  [[nodiscard]] static bool is_there(const identity& file);

  std::vector<identity> files_;
};

/// Whether a database file has existed since the process began. If it did and has disappeared, it
/// is not created again: it would be taken for the old one with all rows deleted.
using seen_file = std::shared_ptr<std::atomic<bool>>;

} // namespace standings
