#pragma once

#include "core/base/result.hpp"
#include "stores/sql/sql_text.hpp"

#include <pqxx/pqxx>

#include <string>
#include <vector>

namespace standings {

/// An explanation of what the database would refuse, found out in advance: carried through code
/// that handles the exceptions of pqxx.
class postgres_refusal : public pqxx::failure {
public:
  explicit postgres_refusal(standings::failure why)
      : pqxx::failure(explain(why)), why_(std::move(why)) {}
  [[nodiscard]] const standings::failure& why() const { return why_; }

private:
  standings::failure why_;
};

/// Throws `postgres_refusal` with the reason if the server accepts no writes.
void need_writable(pqxx::transaction_base& tx);

/// Throws `postgres_refusal` with the rights that this role lacks for creating our tables, if any.
void need_rights_to_make(pqxx::transaction_base& tx, const table_names& names);

/// The names of the applied migrations; empty if our tables do not exist yet. Changes nothing.
/// Throws what pqxx throws, and `postgres_refusal` if the tables exist but this role may not use
/// them.
std::vector<std::string> applied_migrations(pqxx::transaction_base& tx, const table_names& names);

/// For this transaction, looks for tables and creates them where they were looked for before our
/// schema was there: a role that is called like it has it first in its search_path (`"$user"`), and
/// a table made there would hide the leaderboard's. Call it before `make_own_schema`.
void keep_search_path(pqxx::transaction_base& tx, const table_names& names);

/// Creates our own schema and its table of migrations. Tables that an earlier version had created
/// beside the leaderboard's are moved there with their content; a `schema_migrations` of another
/// program is left alone. Call it under the lock of the migrations. Throws `postgres_refusal` with
/// the rights that are missing.
void make_own_schema(pqxx::transaction_base& tx, const table_names& names);

/// Lets every role that may write the leaderboard's table use our bookkeeping, and no other role,
/// so that an administrator only has to grant rights on that table. Call it after tables were
/// created.
void share_own_tables(pqxx::transaction_base& tx, const table_names& names);

} // namespace standings
