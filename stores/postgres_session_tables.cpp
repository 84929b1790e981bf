#include "stores/postgres_session_tables.hpp"

#include "stores/postgres_connection.hpp"
#include "stores/postgres_session_sql.hpp"
#include "stores/session_store.hpp"

#include <string>

namespace standings {

namespace sql = postgres_session_sql;

result<void> prepare_session_tables(pqxx::connection& db, const table_names& names) {
  pqxx::work transaction{db};
  std::vector<std::string> tables;
  std::vector<std::string> columns;
  for (const auto& [table, column] : session_columns()) {
    tables.push_back(with_names(table, names));
    columns.emplace_back(column);
  }
  const auto missing =
      transaction.exec_params(sql::missing_columns, text_array(tables), text_array(columns));
  if (!missing.empty())
    return lacks_column(session_columns()[missing[0][0].as<std::size_t>() - 1]);
  if (const auto unfit = transaction.exec(with_names(sql::unfit_tables, names)); !unfit.empty())
    return fail(errc::store_unavailable,
                std::string{"session sync cannot use the tables that are there: "}
                    + unfit[0][0].c_str());
  if (!transaction.exec1(sql::has_indexes)[0].as<bool>()) {
    transaction.exec("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'");
    transaction.exec(sql::create_indexes);
  }
  transaction.commit();
  return {};
}

} // namespace standings
