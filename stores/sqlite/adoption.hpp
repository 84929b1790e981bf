#pragma once

#include "stores/sql/adoption.hpp"
#include "stores/sqlite/connection.hpp"
#include "stores/sqlite/options.hpp"

namespace standings {

/// Describes the leaderboard table. Reads every row of a table that has not been
/// adopted; throws SQLite::Exception.
table_facts inspect_sqlite_table(SQLite::Database& db, const table_names& names, sys_time now);

/// Whether the table is one of ours, or has been adopted. Reads no rows.
bool is_sqlite_table_ours(SQLite::Database& db, const table_names& names);

/// Adopts the table of an earlier application, and keeps how. To be called in the
/// transaction of the migration, before it; a no-op where the table is ours or
/// missing. Throws sqlite_refusal, having changed nothing.
void adopt_sqlite_table(SQLite::Database& db, const table_names& names, sys_time now);

/// Inspects the file; one that is not there is like one without a table.
result<adoption_report> inspect_sqlite(const sqlite_options& options);

/// Creates or adopts the tables.
result<void> adopt_sqlite(const sqlite_options& options);

/// How the table keeps the time of a row.
row_time sqlite_row_time(SQLite::Database& db, const table_names& names);

} // namespace standings
