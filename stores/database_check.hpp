#pragma once

#include "stores/postgres_score_store.hpp"
#include "stores/sqlite_score_store.hpp"

#include <string>

namespace standings {

/// Whether the database can be reached, takes writes and lets the service do what it has to:
/// what was found, on one line, or what is missing. Changes nothing.
[[nodiscard]] result<std::string> check_postgres(const postgres_options& options);

/// `made_at_start` is a directory that the start makes where it is missing.
[[nodiscard]] result<std::string> check_sqlite(const sqlite_options& options,
                                               const std::string& made_at_start = {});

} // namespace standings
