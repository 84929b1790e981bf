#pragma once

#include "core/base/result.hpp"
#include "stores/sql/sql_text.hpp"

#include <pqxx/pqxx>

#include <string>
#include <vector>

namespace standings {

/// What the database refuses, found out before it has to: carries the explanation
/// through code that throws what pqxx throws.
class postgres_refusal : public pqxx::failure {
public:
  explicit postgres_refusal(standings::failure why)
      : pqxx::failure(explain(why)), why_(std::move(why)) {}
  [[nodiscard]] const standings::failure& why() const { return why_; }

private:
  standings::failure why_;
};

/// Throws `postgres_refusal` on a server that takes no writes, saying why.
void need_writable(pqxx::transaction_base& tx);

/// Throws `postgres_refusal` with the rights that this role lacks to make our tables.
void need_rights_to_make(pqxx::transaction_base& tx, const table_names& names);

/// The names of the migrations that have been applied; none where our tables are not
/// there yet. Changes nothing. Throws what pqxx throws, and `postgres_refusal`
/// where the tables are there and this role may not use them.
std::vector<std::string> applied_migrations(pqxx::transaction_base& tx, const table_names& names);

/// Makes the schema of our own and the table of its migrations. Tables that an
/// earlier version had made beside the leaderboard's are moved there with all they hold;
/// a `schema_migrations` of another program is left alone. To be called under the
/// lock of the migrations. Throws `postgres_refusal` with the rights that are missing.
void make_own_schema(pqxx::transaction_base& tx, const table_names& names);

/// Lets every role that may write the leaderboard's table use our bookkeeping, and
/// no other: a grant on the table is all that an administrator has to give.
/// To be called after tables have been made.
void share_own_tables(pqxx::transaction_base& tx, const table_names& names);

} // namespace standings
