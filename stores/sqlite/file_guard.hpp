#pragma once

#include <sys/types.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace standings {

/// Watches that the files of a connection are still those that its path leads to: a
/// database that was deleted, renamed or replaced would go on taking writes into files
/// without a name, and lose them.
class sqlite_file_guard {
public:
  /// To be made when the connection has read something, so that its journal is there.
  explicit sqlite_file_guard(const std::string& path);

  /// Throws SQLite::Exception with SQLITE_READONLY_DBMOVED where a file has gone. Costs a few
  /// microseconds.
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

/// Whether a database file has been there since the process began: one that was, and has gone,
/// is not made anew, for it would be taken for the old one with all rows deleted.
using seen_file = std::shared_ptr<std::atomic<bool>>;

} // namespace standings
