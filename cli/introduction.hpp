#pragma once

#include "config/config.hpp"

#include <string>

namespace standings {

/// The first line of the log: the version, the configuration file, the stores, and how the admin
/// routes are guarded. Contains no secret.
[[nodiscard]] std::string introduction(const config& settings, const std::string& file);

/// Host, port and database of a PostgreSQL connection string; "as configured" if they cannot be
/// reliably separated from its secrets.
[[nodiscard]] std::string postgres_address(const std::string& url);

} // namespace standings
