#pragma once

#include "config/config.hpp"

#include <string>

namespace standings {

/// The first line of the log: the version, the configuration file, the stores, files with their
/// absolute paths, and how the admin routes are guarded. Contains no secret.
[[nodiscard]] std::string introduction(const config& settings, const std::string& file);

/// Host, port and database of a PostgreSQL connection string; "as configured" if they cannot be
/// reliably separated from its secrets.
[[nodiscard]] std::string postgres_address(const std::string& url);

/// Where the cache is, in words: `Redis 127.0.0.1:6379/0`.
[[nodiscard]] std::string cache_address(const cache_config& cache);

/// The absolute path of the file that aliases are read from.
[[nodiscard]] std::string alias_source_of(const config& settings);

/// The path as it is for every working directory.
[[nodiscard]] std::string absolute_path(const std::string& path);

} // namespace standings
