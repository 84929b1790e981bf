#pragma once

#include "config/config.hpp"

#include <string>

namespace standings {

/// The first line of the log: what runs, with which configuration, on which stores,
/// and how the admin routes are guarded. Holds no secret.
[[nodiscard]] std::string introduction(const config& settings, const std::string& file);

/// Host, port and database of a PostgreSQL connection string; "as configured" where
/// they cannot be told from its secrets for certain.
[[nodiscard]] std::string postgres_address(const std::string& url);

} // namespace standings
