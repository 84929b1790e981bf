#pragma once

#include "core/result.hpp"
#include "stores/sql_text.hpp"

#include <pqxx/pqxx>

namespace standings {

/// Creates the indexes of the session tables where they are missing. Fails with
/// `store_unavailable` where a table of another application lacks a column.
/// Throws what pqxx throws.
[[nodiscard]] result<void> prepare_session_tables(pqxx::connection& db, const table_names& names);

} // namespace standings
