#include "stores/sqlite/adoption.hpp"

#include "stores/sql/sql_text.hpp"
#include "stores/sqlite/columns.hpp"
#include "stores/sqlite/failure.hpp"

#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>

namespace standings {

namespace {

std::string own(const table_names& names, const char* sql) {
  return with_names(sql, names);
}

/// SQL function: the exact time of a value; `now` for null, a zero value or a time in the future.
void time_of_value(sqlite3_context* context, int, sqlite3_value** values) {
  const auto now = sqlite3_value_int64(values[1]);
  std::optional<sys_time> at;
  switch (sqlite3_value_type(values[0])) {
  case SQLITE_INTEGER:
    at = time_since_epoch(static_cast<std::int64_t>(sqlite3_value_int64(values[0])));
    break;
  case SQLITE_FLOAT:
    at = time_since_epoch(sqlite3_value_double(values[0]));
    break;
  case SQLITE_TEXT:
    if (const auto read =
            parse_foreign_time(reinterpret_cast<const char*>(sqlite3_value_text(values[0]))))
      at = read->latest();
    break;
  default:
    break;
  }
  const bool known = at && is_plausible_score_time(*at);
  sqlite3_result_int64(context, known ? std::min<sqlite3_int64>(to_micros(*at), now) : now);
}

/// Carries out a plan.
class sqlite_adopter {
public:
  sqlite_adopter(SQLite::Database& db, const table_names& names, adoption_plan plan, sys_time now)
      : db_(db), names_(names), plan_(std::move(plan)), now_(std::to_string(to_micros(now))),
        time_(row_time_of(sql_dialect::sqlite, plan_)) {}

  void run() {
    // so that the application's triggers do not take this for a change of its rows
    sqlite3_db_config(db_.getHandle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    change_table();
    sqlite3_db_config(db_.getHandle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, nullptr);
  }

private:
  void change_table() {
    add_columns();
    settle_scores();
    settle_times();
    if (plan_.add_unique)
      exec("CREATE UNIQUE INDEX standings_{table}_user_id ON {table} (user_id)");
    watch_null_scores();
    if (plan_.own_time)
      watch_times();
  }

  void exec(const std::string& sql) { db_.exec(with_names(sql, names_)); }

  void add_columns() {
    if (plan_.add_updated_at)
      exec("ALTER TABLE {table} ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0");
    if (plan_.own_time)
      exec("ALTER TABLE {table} ADD COLUMN standings_at INTEGER");
    if (!plan_.add_version)
      return;
    exec("ALTER TABLE {table} ADD COLUMN version INTEGER NOT NULL DEFAULT 0");
    exec("UPDATE {table} SET version = r.place FROM"
         " (SELECT user_id AS id, row_number() OVER (ORDER BY user_id) AS place FROM {table}) r"
         " WHERE r.id = {table}.user_id");
  }

  void settle_scores() {
    for (const std::string column : score_columns)
      exec("UPDATE {table} SET " + column + " = 0 WHERE " + column + " IS NULL");
    for (const auto& column : plan_.from_text)
      exec("UPDATE {table} SET " + column + " = CAST(" + column + " AS INTEGER) WHERE typeof("
           + column + ") = 'text'");
  }

  void settle_times() {
    if (plan_.own_time) {
      db_.createFunction("standings_time", 2, true, nullptr, time_of_value);
      exec("UPDATE {table} SET standings_at = standings_time(updated_at, " + now_ + ")");
      db_.createFunction("standings_time", 2, true, nullptr, nullptr);
      return;
    }
    // a time in the future would move the store's clock, and with it all periods, ahead
    exec("UPDATE {table} SET updated_at = " + now_
         + " WHERE updated_at NOT BETWEEN 946684800000000 AND " + now_);
  }

  /// The application may go on to write null when it means 0.
  void watch_null_scores() {
    std::string any;
    std::string set;
    for (const std::string column : score_columns) {
      any += (any.empty() ? "NEW." : " OR NEW.") + column + " IS NULL";
      set += (set.empty() ? "" : ", ") + column + " = coalesce(" + column + ", 0)";
    }
    for (const std::string when : {"INSERT", "UPDATE"})
      exec("CREATE TRIGGER standings_{table}_null_" + when + " AFTER " + when + " ON {table} WHEN "
           + any + " BEGIN UPDATE {table} SET " + set + " WHERE user_id = NEW.user_id; END");
  }

  /// A row that the application writes gets the time that it states, or else now. The time never
  /// steps back: a trigger of the application may follow a write of ours, and its time has no
  /// fraction of a second.
  void watch_times() {
    const auto set = " BEGIN UPDATE {table} SET standings_at = max(coalesce(standings_at, 0), "
                     + exact_time(sql_dialect::sqlite, time_.format, "NEW.updated_at")
                     + ") WHERE user_id = NEW.user_id; END";
    exec("CREATE TRIGGER standings_{table}_time_insert AFTER INSERT ON {table}"
         " WHEN NEW.standings_at IS NULL"
         + set);
    exec("CREATE TRIGGER standings_{table}_time_update AFTER UPDATE OF updated_at ON {table}"
         " WHEN NEW.updated_at IS NOT OLD.updated_at AND NEW.standings_at IS OLD.standings_at"
         + set);
  }

  SQLite::Database& db_;
  const table_names& names_;
  adoption_plan plan_;
  std::string now_;
  row_time time_;
};

void record(SQLite::Database& db, const table_names& names, const row_time& time, sys_time now) {
  SQLite::Statement row{db, own(names, "INSERT INTO {own}adopted VALUES (?, ?, ?, ?, ?)"
                                       " ON CONFLICT (table_name) DO UPDATE SET"
                                       " time_format = excluded.time_format,"
                                       " own_time = excluded.own_time, filled = excluded.filled,"
                                       " adopted_at = excluded.adopted_at")};
  row.bind(1, names.table);
  row.bind(2, to_string(time.format));
  row.bind(3, time.own_column ? 1 : 0);
  row.bind(4, filled_to_text(time.filled));
  row.bind(5, to_micros(now));
  row.exec();
}

/// If the service has worked here before with another table of this name, its clock and its
/// versions must continue after those of the rows.
void lift_clock(SQLite::Database& db, const table_names& names, const row_time& time) {
  db.exec(with_names(with_row_time("UPDATE {own}store_clock SET at = max(at, (SELECT"
                                   " coalesce(max({at}), 0) FROM {table})), version = max(version,"
                                   " (SELECT coalesce(max(version), 0) FROM {table}))",
                                   time),
                     names));
}

bool is_recorded(SQLite::Database& db, const table_names& names) {
  if (!db.tableExists(own(names, "{own}adopted")))
    return false;
  SQLite::Statement row{db, own(names, "SELECT 1 FROM {own}adopted WHERE table_name = ?")};
  row.bind(1, names.table);
  return row.executeStep();
}

} // namespace

row_time sqlite_row_time(SQLite::Database& db, const table_names& names) {
  row_time out;
  if (!db.tableExists(own(names, "{own}adopted")))
    return out;
  SQLite::Statement row{db, own(names, "SELECT time_format, own_time, filled FROM {own}adopted"
                                       " WHERE table_name = ?")};
  row.bind(1, names.table);
  if (!row.executeStep())
    return out;
  out.format = parse_column_time(row.getColumn(0).getString()).value_or(column_time{});
  out.own_column = row.getColumn(1).getInt() != 0;
  out.filled = filled_from_text(row.getColumn(2).getString());
  return out;
}

bool is_sqlite_table_ours(SQLite::Database& db, const table_names& names) {
  if (!has_column(db, names.table, "version"))
    return false;
  if (is_recorded(db, names))
    return !sqlite_row_time(db, names).own_column || has_column(db, names.table, own_time_column);
  // adopted before adoptions were recorded
  return has_column(db, names.archive, "deleted_version")
         || has_column(db, names.table + "_deleted", "deleted_version");
}

void adopt_sqlite_table(SQLite::Database& db, const table_names& names, sys_time now) {
  const bool recorded = is_recorded(db, names);
  if (recorded && is_sqlite_table_ours(db, names))
    return;
  const auto facts = inspect_sqlite_table(db, names, now);
  auto plan = plan_adoption(facts);
  if (plan.is_fatal())
    throw sqlite_refusal{SQLITE_ERROR, refusal_of(facts, plan)};
  db.exec(own(names,
              "CREATE TABLE IF NOT EXISTS {own}adopted (table_name TEXT PRIMARY KEY NOT NULL,"
              " time_format TEXT NOT NULL, own_time INTEGER NOT NULL, filled TEXT NOT NULL,"
              " adopted_at INTEGER NOT NULL)"));
  if (facts.kind == relation_kind::table && !facts.ours)
    sqlite_adopter{db, names, plan, now}.run();
  if (facts.kind == relation_kind::table && db.tableExists(own(names, "{own}store_clock")))
    lift_clock(db, names, row_time_of(sql_dialect::sqlite, plan));
  if (!recorded || !facts.ours)
    record(db, names, row_time_of(sql_dialect::sqlite, plan), now);
}

result<adoption_report> inspect_sqlite(const sqlite_options& options) {
  if (!std::filesystem::exists(options.path)) {
    adoption_report out;
    out.table.name = options.table;
    out.table.database = "SQLite";
    return out;
  }
  return guard_sqlite([&]() -> result<adoption_report> {
    SQLite::Database db{options.path, SQLite::OPEN_READONLY, sqlite_busy_timeout_ms};
    adoption_report out;
    out.table = inspect_sqlite_table(db, names_of(options), system_now());
    out.plan = plan_adoption(out.table);
    return out;
  });
}

result<void> adopt_sqlite(const sqlite_options& options) {
  return guard_sqlite([&]() -> result<void> {
    migrate_sqlite(*open_sqlite(options.path), names_of(options));
    return {};
  });
}

} // namespace standings
