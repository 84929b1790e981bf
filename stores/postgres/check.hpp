#pragma once

#include "core/base/result.hpp"
#include "stores/postgres/options.hpp"

#include <string>

namespace standings {

/// Checks that the database can be reached, accepts writes and lets the service do its work.
/// Returns the findings on one line, or fails with what is missing. Changes nothing.
[[nodiscard]] result<std::string> check_postgres(const postgres_options& options);

} // namespace standings
