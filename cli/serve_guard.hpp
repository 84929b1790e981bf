#pragma once

#include "config/config.hpp"
#include "core/base/result.hpp"
#include "stores/sqlite/file_lock.hpp"

#include <memory>

/// What `serve` makes sure of before anything of it runs.
namespace standings {

/// Makes the data directory, readable for this user alone.
[[nodiscard]] result<void> make_data_directory(const config& settings);

/// Whether the SQLite file, or the directory that it will lie in, can be used; changes
/// nothing. For PostgreSQL: yes.
[[nodiscard]] result<void> probe_database_file(const config& settings);

/// The right to serve a SQLite file, which only one process has at a time; null for
/// PostgreSQL. Ends with the object or the process, whichever way it goes.
[[nodiscard]] result<std::unique_ptr<file_lock>> claim_database_file(const config& settings);

} // namespace standings
