#pragma once

#include "stores/postgres/options.hpp"
#include "stores/sql/adoption.hpp"

#include <pqxx/pqxx>

#include <string>

namespace standings {

/// Describes the leaderboard table. Writes nothing. Reads every row of a table that has not been
/// adopted. Throws what pqxx throws.
table_facts inspect_postgres_table(pqxx::transaction_base& tx, const table_names& names,
                                   sys_time now);

/// Whether the table is one of ours, or has been adopted. Reads no rows.
bool is_postgres_table_ours(pqxx::transaction_base& tx, const table_names& names);

/// Adopts the table of an earlier application and records how. Call it in the transaction of the
/// migration, before that; does nothing if the table is ours or missing. Throws postgres_refusal,
/// and what pqxx throws.
void adopt_postgres_table(pqxx::transaction_base& tx, const table_names& names);

/// Inspects the database in a read-only transaction.
result<adoption_report> inspect_postgres(const postgres_options& options);

/// Creates or adopts the tables.
result<void> adopt_postgres(const postgres_options& options);

/// How the table keeps the time of a row.
row_time postgres_row_time(pqxx::transaction_base& tx, const table_names& names);

} // namespace standings
