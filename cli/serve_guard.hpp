#pragma once

#include "config/config.hpp"
#include "core/base/result.hpp"
#include "stores/sqlite/file_lock.hpp"

#include <memory>

/// Checks that `serve` makes before it starts anything.
namespace standings {

/// Creates the data directory, accessible to this user only.
[[nodiscard]] result<void> make_data_directory(const config& settings);

/// Checks that the data directory is there, or can be made; changes nothing.
[[nodiscard]] result<void> probe_data_directory(const config& settings);

/// Whether this user may create files in the data directory, which is there.
[[nodiscard]] bool may_write_data(const config& settings);

/// Checks that the path is a file of SQLite, or an empty one, that this user may read.
[[nodiscard]] result<void> probe_sqlite_file(const std::string& path);

/// Checks that the SQLite file, or the directory it will be created in, is usable; changes nothing.
/// Always succeeds for PostgreSQL.
[[nodiscard]] result<void> probe_database_file(const config& settings);

/// Takes the exclusive right to serve a SQLite file; null for PostgreSQL. It is released with the
/// object, or when the process ends in any way.
[[nodiscard]] result<std::unique_ptr<file_lock>> claim_database_file(const config& settings);

} // namespace standings
