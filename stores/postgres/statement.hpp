#pragma once

#include <pqxx/pqxx>

#include <string>

/// The one place that knows how libpqxx runs statements with values: since 7.10 it is `exec` with
/// `params`; before, each kind of statement had a function of its own.
#if PQXX_VERSION_MAJOR > 7 || (PQXX_VERSION_MAJOR == 7 && PQXX_VERSION_MINOR >= 10)
#define STANDINGS_PQXX_EXECS_PARAMS 1
#else
#define STANDINGS_PQXX_EXECS_PARAMS 0
#endif

namespace standings {

/// Runs `sql` with values for $1, $2, ...
template <class... Values>
pqxx::result exec_with(pqxx::transaction_base& tx, const std::string& sql,
                       const Values&... values) {
#if STANDINGS_PQXX_EXECS_PARAMS
  return tx.exec(sql, pqxx::params{values...});
#else
  return tx.exec_params(sql, values...);
#endif
}

/// Runs the prepared statement of that name with values for $1, $2, ...
template <class... Values>
pqxx::result exec_named(pqxx::transaction_base& tx, const std::string& name,
                        const Values&... values) {
#if STANDINGS_PQXX_EXECS_PARAMS
  return tx.exec(pqxx::prepped{name}, pqxx::params{values...});
#else
  return tx.exec_prepared(name, values...);
#endif
}

/// The only row; throws pqxx::unexpected_rows if there are more or none.
inline pqxx::row only_row(const pqxx::result& rows) {
  if (rows.size() != 1)
    throw pqxx::unexpected_rows{"expected one row, got " + std::to_string(rows.size())};
  return rows[0];
}

} // namespace standings
