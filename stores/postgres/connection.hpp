#pragma once

#include "core/base/result.hpp"
#include "stores/sql/sql_text.hpp"

#include <pqxx/pqxx>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace standings {

/// Opens a connection with bounds on connecting, on statements and on waiting
/// for locks, and with TCP keep-alives, each unless the URL sets its own. Behind a pooler
/// nothing is set: it would be somebody else's in the next transaction.
/// Throws what pqxx throws, and `postgres_refusal` with the cause.
std::unique_ptr<pqxx::connection> open_postgres(const std::string& url);

/// Whether the server at the other end is not the one that took the connection: PgBouncer and
/// its like may give each transaction another one. Then nothing may outlive a transaction:
/// no prepared statement, no setting, no lock of a session, no LISTEN.
/// Told from the connection itself, or from what `url` says.
bool is_pooled(pqxx::connection& db, const std::string& url);

/// Applies the embedded migrations that the database has not seen, in order and
/// under an advisory lock; takes no lock and needs no right to create where there are
/// none. A leaderboard table that an earlier application created is adopted
/// (postgres_adoption.hpp). Throws what pqxx throws.
void migrate_postgres(pqxx::connection& db, const table_names& names,
                      chat_tables chat = chat_tables::left_out);

/// What the exception being handled means; `while_committing` tells a lost
/// connection whose effect nobody knows from one that changed nothing. To be
/// called from a catch block; rethrows what is not the driver's.
failure translate_postgres(bool while_committing = false);

/// Runs `f`, and gives a driver's exception as a failure.
template <class F>
auto guard_postgres(F&& f) -> decltype(f()) {
  try {
    return std::forward<F>(f)();
  } catch (const pqxx::failure&) {
    return translate_postgres();
  }
}

/// A PostgreSQL array literal, for a parameter that is cast to text[].
std::string text_array(const std::vector<std::string>& values);

/// Likewise for bigint[].
std::string bigint_array(const std::vector<std::int64_t>& values);

} // namespace standings
