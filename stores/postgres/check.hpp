#pragma once

#include "core/base/result.hpp"
#include "stores/postgres/options.hpp"

#include <string>

namespace standings {

/// Whether the database can be reached, takes writes and lets the service do what it has to:
/// what was found, on one line, or what is missing. Changes nothing.
[[nodiscard]] result<std::string> check_postgres(const postgres_options& options);

} // namespace standings
