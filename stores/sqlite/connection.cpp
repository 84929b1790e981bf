#include "stores/sqlite/connection.hpp"

#include "core/base/time.hpp"
#include "stores/sql/sql_text.hpp"
#include "stores/sqlite/adoption.hpp"
#include "stores/sqlite/columns.hpp"
#include "stores/sqlite/failure.hpp"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <thread>

namespace standings {

std::span<const embedded_text> sqlite_migrations();

namespace {

/// Switches the file to WAL. If two connections do that with a new file at once, SQLite reports
/// `busy` to one of them without waiting; that one tries again.
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

bool has_seen(SQLite::Database& db, const std::string& migration, const table_names& names) {
  SQLite::Statement seen{db,
                         with_names("SELECT 1 FROM {own}schema_migrations WHERE name = ?", names)};
  seen.bind(1, migration);
  return seen.executeStep();
}

/// Whether an earlier version has left its tables beside this leaderboard's.
bool has_old_tables(SQLite::Database& db, const table_names& names) {
  return has_column(db, "schema_migrations", "name")
         && has_column(db, "schema_migrations", "applied_at")
         && db.tableExists(names.table + "_deleted")
         && db.execAndGet("SELECT count(*) FROM schema_migrations"
                          " WHERE name = '0001_leaderboard.sql'")
                    .getInt()
                > 0;
}

/// Renames those tables to the current names. An older program would make its own anew, and count
/// without the keys and periods that are ours now: a table of the old name without the old columns
/// fails its first look.
void rename_old_tables(SQLite::Database& db, const table_names& names) {
  if (db.tableExists(names.own + "schema_migrations") || !has_old_tables(db, names))
    return;
  for (const std::string name : {"schema_migrations", "store_clock", "period_state",
                                 "score_requests", "sync_state", "sync_runs", "sync_quarantine"})
    if (db.tableExists(name))
      db.exec("ALTER TABLE " + name + " RENAME TO " + names.own + name);
  db.exec("ALTER TABLE " + names.table + "_deleted RENAME TO " + names.archive);
  db.exec("CREATE TABLE schema_migrations (moved_to_by_a_newer_version TEXT NOT NULL);"
          "INSERT INTO schema_migrations VALUES ('"
          + names.own + "schema_migrations')");
}

} // namespace

std::vector<embedded_text> pending_migrations(SQLite::Database& db, const table_names& names,
                                              chat_tables chat) {
  const bool is_new = !db.tableExists(names.own + "schema_migrations");
  const bool has_table = db.tableExists(names.table);
  std::vector<embedded_text> out;
  for (const auto& m : sqlite_migrations())
    if ((chat == chat_tables::made || m.name.find("session") == std::string_view::npos)
        && (is_new || (!has_table && m.name == leaderboard_table_migration)
            || !has_seen(db, std::string{m.name}, names)))
      out.push_back(m);
  return out;
}

std::unique_ptr<SQLite::Database> open_sqlite(const std::string& path, const seen_file& seen) {
  const bool known = seen && *seen;
  if (known && !std::filesystem::exists(path))
    throw SQLite::Exception{path + " is not there any more; put it back, with its -wal file, or"
                                + " restart the service to begin with a new one",
                            SQLITE_READONLY_DBMOVED};
  try {
    auto db = std::make_unique<SQLite::Database>(
        path, SQLite::OPEN_READWRITE | (known ? 0 : SQLite::OPEN_CREATE), sqlite_busy_timeout_ms);
    write_ahead(*db);
    db->exec("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000");
    if (seen)
      *seen = true;
    return db;
  } catch (const SQLite::Exception& e) {
    throw sqlite_refusal{e.getErrorCode(), explain_opening(path, e)};
  }
}

void migrate_sqlite(SQLite::Database& db, const table_names& names, chat_tables chat) {
  if (pending_migrations(db, names, chat).empty() && is_sqlite_table_ours(db, names))
    return;
  // BEGIN IMMEDIATE: two processes that start together migrate one after the other.
  SQLite::Transaction transaction{db, SQLite::TransactionBehavior::IMMEDIATE};
  rename_old_tables(db, names);
  db.exec(with_names("CREATE TABLE IF NOT EXISTS {own}schema_migrations ("
                     "name TEXT PRIMARY KEY NOT NULL, applied_at INTEGER NOT NULL)",
                     names));
  adopt_sqlite_table(db, names, system_now());
  const auto time = sqlite_row_time(db, names);
  for (const auto& migration : pending_migrations(db, names, chat)) {
    db.exec(with_names(with_row_time(migration.content, time), names));
    SQLite::Statement record{
        db, with_names("INSERT OR IGNORE INTO {own}schema_migrations VALUES (?, ?)", names)};
    record.bind(1, std::string{migration.name});
    record.bind(2, to_micros(system_now()));
    record.exec();
  }
  transaction.commit();
}

namespace {

failure without_cause(const SQLite::Exception& e, bool while_committing) {
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
  case SQLITE_READONLY_DBMOVED:
    return fail(while_committing ? errc::outcome_unknown : errc::store_unavailable,
                "the database file has been deleted, moved or replaced");
  case SQLITE_READONLY:
    return fail(errc::store_unavailable, "the database takes no writes");
  default:
    break;
  }
  if (while_committing)
    return fail(errc::outcome_unknown, "the database failed while committing");
  return fail(errc::store_unavailable, "the database does not work");
}

} // namespace

failure translate(const SQLite::Exception& e, bool while_committing) {
  if (const auto* refusal = dynamic_cast<const sqlite_refusal*>(&e))
    return refusal->why();
  auto out = without_cause(e, while_committing);
  out.cause = (while_committing ? "committing: " : "working on the database: ") + sqlite_cause(e);
  return out;
}

} // namespace standings
