#pragma once

#include "core/base/result.hpp"
#include "stores/sql/sql_text.hpp"

#include <pqxx/pqxx>

namespace standings {

/// Whether session sync can use the existing tables of its names, whichever application created
/// them; changes nothing. Fails and throws like `prepare_session_tables`.
[[nodiscard]] result<void> check_session_tables(pqxx::connection& db, const table_names& names);

/// Creates the session tables and their indexes if they are missing. Fails with `store_unavailable`
/// if a table of another application lacks a column. Throws what pqxx throws.
[[nodiscard]] result<void> prepare_session_tables(pqxx::connection& db, const table_names& names);

} // namespace standings
