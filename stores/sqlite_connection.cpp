#include "stores/sqlite_connection.hpp"

#include "core/embedded.hpp"
#include "core/time.hpp"
#include "stores/sql_text.hpp"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <chrono>
#include <thread>

namespace standings {

std::span<const embedded_text> sqlite_migrations();

namespace {

bool has_column(SQLite::Database& db, const std::string& table, const std::string& column) {
  SQLite::Statement query{db, "SELECT 1 FROM pragma_table_info(?) WHERE name = ?"};
  query.bind(1, table);
  query.bind(2, column);
  return query.executeStep();
}

/// Gives an earlier application's table what ours has.
void adopt(SQLite::Database& db, const std::string& table) {
  if (!has_column(db, table, "user_id") || has_column(db, table, "version"))
    return;
  db.exec("ALTER TABLE " + table + " ADD COLUMN version INTEGER NOT NULL DEFAULT 0");
  db.exec(
      with_table("UPDATE {table} SET version = rowid,"
                 " daily_pomo = coalesce(daily_pomo, 0), weekly_pomo = coalesce(weekly_pomo, 0),"
                 " monthly_pomo = coalesce(monthly_pomo, 0),"
                 " yearly_pomo = coalesce(yearly_pomo, 0),"
                 " updated_at = CASE typeof(updated_at)"
                 "   WHEN 'text' THEN coalesce(CAST(round((julianday(updated_at) - 2440587.5)"
                 "                                        * 86400000.0) AS INTEGER) * 1000, 0)"
                 "   WHEN 'null' THEN 0 ELSE updated_at END",
                 table));
  // a time yet to come would carry the store's clock, and everyone's periods, with it
  const auto now = std::to_string(to_micros(system_now()));
  db.exec("UPDATE " + table + " SET updated_at = " + now + " WHERE updated_at > " + now);
}

/// Turns the file to WAL. Where two connections want that of a new file at once,
/// SQLite tells one of them `busy` without waiting; that one asks again.
void write_ahead(SQLite::Database& db) {
  using clock = std::chrono::steady_clock;
  const auto give_up = clock::now() + std::chrono::milliseconds{sqlite_busy_timeout_ms};
  int code = db.tryExec("PRAGMA journal_mode = WAL");
  for (; code == SQLITE_BUSY && clock::now() < give_up;
       code = db.tryExec("PRAGMA journal_mode = WAL"))
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  if (code != SQLITE_OK)
    throw SQLite::Exception{db.getHandle(), code};
}

bool has_seen(SQLite::Database& db, const std::string& migration) {
  SQLite::Statement seen{db, "SELECT 1 FROM schema_migrations WHERE name = ?"};
  seen.bind(1, migration);
  return seen.executeStep();
}

/// Whether there is nothing to do, found out without a lock: a worker has to be
/// able to open the database while another program writes it.
bool is_migrated(SQLite::Database& db) {
  const auto migrations = sqlite_migrations();
  return db.tableExists("schema_migrations")
         && std::all_of(migrations.begin(), migrations.end(),
                        [&](const embedded_text& m) { return has_seen(db, std::string{m.name}); });
}

} // namespace

std::unique_ptr<SQLite::Database> open_sqlite(const std::string& path) {
  auto db = std::make_unique<SQLite::Database>(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE,
                                               sqlite_busy_timeout_ms);
  write_ahead(*db);
  db->exec("PRAGMA synchronous = FULL");
  return db;
}

void migrate_sqlite(SQLite::Database& db, const std::string& table) {
  if (is_migrated(db))
    return;
  // BEGIN IMMEDIATE: two processes that start together migrate one after the other.
  SQLite::Transaction transaction{db, SQLite::TransactionBehavior::IMMEDIATE};
  db.exec("CREATE TABLE IF NOT EXISTS schema_migrations ("
          "name TEXT PRIMARY KEY NOT NULL, applied_at INTEGER NOT NULL)");
  adopt(db, table);
  for (const auto& migration : sqlite_migrations()) {
    const std::string name{migration.name};
    if (has_seen(db, name))
      continue;
    db.exec(with_table(migration.content, table));
    SQLite::Statement record{db, "INSERT INTO schema_migrations VALUES (?, ?)"};
    record.bind(1, name);
    record.bind(2, to_micros(system_now()));
    record.exec();
  }
  transaction.commit();
}

failure translate(const SQLite::Exception& e, bool while_committing) {
  switch (e.getErrorCode()) {
  case SQLITE_CONSTRAINT:
  case SQLITE_TOOBIG:
  case SQLITE_MISMATCH:
    return fail(errc::rejected_row, "the database refuses this row");
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return fail_because(errc::overloaded,
                        "the database is locked by another program; nothing was changed",
                        std::string{"SQLite: "} + e.what());
  case SQLITE_FULL:
    return fail(errc::store_unavailable, "the database's disk is full");
  default:
    break;
  }
  if (while_committing)
    return fail(errc::outcome_unknown, "the database failed while committing");
  return fail(errc::store_unavailable, "the database does not work");
}

} // namespace standings
