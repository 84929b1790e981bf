#include "stores/sqlite/session_tables.hpp"

#include "core/base/embedded.hpp"
#include "stores/sql/session_columns.hpp"
#include "stores/sqlite/columns.hpp"
#include "stores/sqlite/session_sql.hpp"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>

namespace standings {

std::span<const embedded_text> sqlite_migrations();

namespace {

namespace session_sql = sqlite_session_sql;

/// Creates dropped tables again, empty: the next full sync fills them.
void make_missing_tables(SQLite::Database& db, const table_names& names) {
  const auto tables = session_columns();
  if (std::all_of(tables.begin(), tables.end(), [&](const session_column& c) {
        return db.tableExists(with_names(c.table, names));
      }))
    return;
  SQLite::Transaction transaction{db, SQLite::TransactionBehavior::IMMEDIATE};
  for (const auto& migration : sqlite_migrations())
    if (migration.name.find("session") != std::string_view::npos)
      db.exec(with_names(migration.content, names));
  transaction.commit();
}

/// What keeps us from writing to a table that another application has created.
std::optional<std::string> unfit_column(SQLite::Database& db) {
  SQLite::Statement query{db, session_sql::unfit_columns};
  if (!query.executeStep())
    return std::nullopt;
  return query.getColumn(0).getString();
}

} // namespace

result<void> check_session_tables(SQLite::Database& db, const table_names& names) {
  for (const auto& wanted : session_columns())
    if (const auto table = with_names(wanted.table, names);
        db.tableExists(table) && !has_column(db, table, wanted.column))
      return lacks_column(wanted);
  if (const auto why = unfit_column(db))
    return unfit_tables(*why);
  return {};
}

result<void> prepare_session_tables(SQLite::Database& db, const table_names& names) {
  make_missing_tables(db, names);
  if (const auto fit = check_session_tables(db, names); !fit)
    return fit.error();
  if (db.execAndGet(session_sql::has_indexes).getInt() != 0)
    return {};
  SQLite::Transaction transaction{db, SQLite::TransactionBehavior::IMMEDIATE};
  db.exec(session_sql::create_indexes);
  transaction.commit();
  return {};
}

} // namespace standings
