#include "stores/postgres/session_tables.hpp"

#include "core/base/embedded.hpp"
#include "stores/contracts/session_store.hpp"
#include "stores/postgres/connection.hpp"
#include "stores/postgres/session_sql.hpp"
#include "stores/postgres/statement.hpp"
#include "stores/sql/session_columns.hpp"
#include "stores/sql/sql_text.hpp"

#include <string>

namespace standings {

std::span<const embedded_text> postgres_migrations();

namespace session_sql = postgres_session_sql;

namespace {

std::vector<std::string> tables_of(const table_names& names) {
  std::vector<std::string> out;
  for (const auto& [table, column] : session_columns())
    out.push_back(with_names(table, names));
  return out;
}

/// Creates dropped tables again, empty: the next full sync fills them.
void make_missing_tables(pqxx::work& transaction, const table_names& names) {
  const auto all =
      only_row(exec_with(transaction, session_sql::has_tables, text_array(tables_of(names))))[0]
          .as<bool>();
  if (all)
    return;
  transaction.exec("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'");
  transaction.exec("SELECT pg_advisory_xact_lock(hashtext('standings.migrations'))");
  for (const auto& migration : postgres_migrations())
    if (migration.name.find("session") != std::string_view::npos)
      transaction.exec(with_names(migration.content, names));
}

/// Ignores tables that do not exist.
result<void> check_fit(pqxx::work& transaction, const table_names& names) {
  std::vector<std::string> columns;
  for (const auto& [table, column] : session_columns())
    columns.emplace_back(column);
  const auto missing = exec_with(transaction, session_sql::missing_columns,
                                 text_array(tables_of(names)), text_array(columns));
  if (!missing.empty())
    return lacks_column(session_columns()[missing[0][0].as<std::size_t>() - 1]);
  if (const auto unfit = transaction.exec(with_names(session_sql::unfit_tables, names));
      !unfit.empty())
    return unfit_tables(unfit[0][0].c_str());
  if (only_row(transaction.exec("SELECT to_regclass('messages') IS NULL"))[0].as<bool>())
    return {};
  if (const auto unfit = transaction.exec(session_sql::unfit_messages); !unfit.empty())
    return unfit_tables(unfit[0][0].c_str());
  return {};
}

} // namespace

result<void> check_session_tables(pqxx::connection& db, const table_names& names) {
  pqxx::work transaction{db};
  return check_fit(transaction, names);
}

result<void> prepare_session_tables(pqxx::connection& db, const table_names& names) {
  pqxx::work transaction{db};
  make_missing_tables(transaction, names);
  if (const auto fit = check_fit(transaction, names); !fit)
    return fit.error();
  if (!only_row(transaction.exec(session_sql::has_indexes))[0].as<bool>()) {
    transaction.exec("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'");
    transaction.exec(session_sql::create_indexes);
  }
  transaction.commit();
  return {};
}

} // namespace standings
