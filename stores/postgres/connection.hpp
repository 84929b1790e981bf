#pragma once

#include "core/base/embedded.hpp"
#include "core/base/result.hpp"
#include "stores/sql/sql_text.hpp"

#include <pqxx/pqxx>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace standings {

/// Opens a connection with bounds on connecting, on statements and on waiting for locks, and with
/// TCP keep-alives, each unless the URL sets its own. Behind a pooler nothing is set: the next
/// transaction of another client would inherit it. Throws what pqxx throws, and `postgres_refusal`
/// with the cause.
std::unique_ptr<pqxx::connection> open_postgres(const std::string& url);

/// Whether there is a pooler such as PgBouncer in between, which may give each transaction another
/// server. Then nothing may outlive a transaction: no prepared statement, no setting, no lock of a
/// session, no LISTEN. Found out from the connection itself, or from `url`.
bool is_pooled(pqxx::connection& db, const std::string& url);

/// The migrations to be applied. Those of the chat sessions have `session` in their names; that of
/// the leaderboard's table is applied again if the table was dropped. Changes nothing. Throws what
/// `applied_migrations` throws.
[[nodiscard]] std::vector<embedded_text>
pending_migrations(pqxx::transaction_base& tx, const table_names& names,
                   chat_tables chat = chat_tables::left_out);

/// Applies the embedded migrations that the database lacks, in order and under an advisory lock; if
/// there are none, takes no lock and needs no right to create anything. A leaderboard table that an
/// earlier application created is adopted (postgres/adoption.hpp). Throws what pqxx throws.
void migrate_postgres(pqxx::connection& db, const table_names& names,
                      chat_tables chat = chat_tables::left_out);

/// What the exception being handled means; `while_committing` distinguishes a lost connection with
/// an unknown outcome from one that changed nothing. Call it in a catch block; rethrows exceptions
/// that are not the driver's.
failure translate_postgres(bool while_committing = false);

/// Runs `f` and returns an exception of the driver as a failure.
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

/// The same for bigint[].
std::string bigint_array(const std::vector<std::int64_t>& values);

} // namespace standings
