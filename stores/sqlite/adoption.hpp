#pragma once

#include "stores/sql/adoption.hpp"
#include "stores/sqlite/connection.hpp"
#include "stores/sqlite/options.hpp"

namespace standings {

/// Describes the leaderboard table. Reads every row of a table that has not been adopted. Throws
/// SQLite::Exception.
table_facts inspect_sqlite_table(SQLite::Database& db, const table_names& names, sys_time now);

/// Whether the table is one of ours, or has been adopted. Reads no rows.
bool is_sqlite_table_ours(SQLite::Database& db, const table_names& names);

/// Adopts the table of an earlier application and records how. Call it in the transaction of the
/// migration, before that; does nothing if the table is ours or missing. Throws sqlite_refusal,
/// having changed nothing.
void adopt_sqlite_table(SQLite::Database& db, const table_names& names, sys_time now);

/// Inspects the file; a missing file is reported like a missing table.
result<adoption_report> inspect_sqlite(const sqlite_options& options);

/// Creates or adopts the tables.
result<void> adopt_sqlite(const sqlite_options& options);

/// How the table keeps the time of a row.
row_time sqlite_row_time(SQLite::Database& db, const table_names& names);

} // namespace standings
