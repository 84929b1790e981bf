#pragma once

#include "core/base/result.hpp"
#include "stores/sql/sql_text.hpp"

#include <SQLiteCpp/Database.h>

namespace standings {

/// Whether existing tables of the chat sessions can be used: those of another application may lack
/// columns, or refuse rows that we write. Throws SQLite::Exception.
[[nodiscard]] result<void> check_session_tables(SQLite::Database& db, const table_names& names);

/// Creates the tables and indexes that are missing, unless an existing table does not fit. Throws
/// SQLite::Exception.
[[nodiscard]] result<void> prepare_session_tables(SQLite::Database& db, const table_names& names);

} // namespace standings
