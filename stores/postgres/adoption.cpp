#include "stores/postgres/adoption.hpp"

#include "stores/postgres/connection.hpp"
#include "stores/postgres/own_schema.hpp"
#include "stores/postgres/time_sql.hpp"
#include "stores/sql/sql_text.hpp"

#include <algorithm>

namespace standings {

namespace {

/// Separate statements would each rewrite the table; {alterations} are made in one pass.
constexpr auto alter_types = "ALTER TABLE {table} {alterations}";

/// Gives rows that the application writes the time that they state, or else now, and replaces null
/// scores by 0. {time} is the expression for the time, {own} the prefix of the function.
constexpr auto foreign_write = R"sql(
CREATE OR REPLACE FUNCTION {own}{table}_foreign_write() RETURNS trigger LANGUAGE plpgsql
  SET timezone = 'UTC' AS $foreign$
BEGIN
  NEW.daily_pomo := coalesce(NEW.daily_pomo, 0);
  NEW.weekly_pomo := coalesce(NEW.weekly_pomo, 0);
  NEW.monthly_pomo := coalesce(NEW.monthly_pomo, 0);
  NEW.yearly_pomo := coalesce(NEW.yearly_pomo, 0);
  {settle_time}
  RETURN NEW;
END
$foreign$
)sql";

constexpr auto settle_time = R"sql(
  IF NEW.standings_at IS NULL
     OR (TG_OP = 'UPDATE' AND NEW.updated_at IS DISTINCT FROM OLD.updated_at) THEN
    BEGIN
      NEW.standings_at := {time};
      IF TG_OP = 'UPDATE' THEN -- time never steps back, whatever the application's clock shows
        NEW.standings_at := greatest(NEW.standings_at, OLD.standings_at);
      END IF;
    EXCEPTION WHEN OTHERS THEN
      NEW.standings_at := clock_timestamp(); -- the time cannot be read: it counts as written now
    END;
  END IF;
)sql";

constexpr auto null_score = "NEW.daily_pomo IS NULL OR NEW.weekly_pomo IS NULL"
                            " OR NEW.monthly_pomo IS NULL OR NEW.yearly_pomo IS NULL";

/// Carries out a plan.
class postgres_adopter {
public:
  postgres_adopter(pqxx::transaction_base& tx, const table_names& names, const adoption_plan& plan)
      : tx_(tx), names_(names), plan_(plan), time_(row_time_of(sql_dialect::postgres, plan)) {}

  void run(const table_facts& facts) {
    exec("CREATE SEQUENCE IF NOT EXISTS {table}_version");
    if (plan_.add_version)
      exec("ALTER TABLE {table} ADD COLUMN version bigint");
    if (plan_.add_updated_at)
      exec("ALTER TABLE {table} ADD COLUMN updated_at timestamptz");
    if (plan_.own_time)
      exec("ALTER TABLE {table} ADD COLUMN standings_at timestamptz");
    change_types();
    switch_triggers("DISABLE TRIGGER");
    settle_rows(facts);
    switch_triggers("ENABLE TRIGGER");
    set_defaults();
    if (plan_.add_unique)
      exec("CREATE UNIQUE INDEX {table}_standings_user_id ON {table} (user_id)");
    watch_foreign_writes();
  }

private:
  void exec(const std::string& sql) { tx_.exec(with_names(sql, names_)); }

  void change_types() {
    std::string alterations;
    const auto add = [&](const std::string& what) {
      alterations += (alterations.empty() ? "ALTER COLUMN " : ", ALTER COLUMN ") + what;
    };
    if (plan_.convert_user_id)
      add("user_id TYPE text COLLATE \"C\"");
    for (const auto& column : plan_.to_bigint) {
      add(column + " DROP DEFAULT"); // the default may not fit the new type
      add(column + " TYPE bigint USING " + column + "::bigint");
    }
    if (!alterations.empty())
      exec(replaced(alter_types, "{alterations}", alterations));
  }

  /// So that the application's triggers do not take this for a change of its rows.
  void switch_triggers(const std::string& how) {
    const bool off = how.starts_with("DISABLE");
    if (off)
      triggers_ = tx_.exec(with_names("SELECT quote_ident(tgname) FROM pg_trigger WHERE tgrelid ="
                                      " to_regclass('{table}') AND NOT tgisinternal"
                                      " AND tgenabled = 'O'",
                                      names_));
    for (const auto& row : triggers_)
      exec("ALTER TABLE {table} " + how + " " + row[0].c_str());
  }

  void settle_rows(const table_facts& facts) {
    std::string set;
    for (const std::string column : score_columns)
      set += column + " = coalesce(" + column + ", 0), ";
    if (plan_.add_version)
      set += "version = nextval('{table}_version'), ";
    set += time_.own_column ? "standings_at = " : "updated_at = ";
    if (is_text(plan_.time.kind))
      set += "clock_timestamp()";
    else
      set += exact_time(sql_dialect::postgres, plan_.time, "updated_at");
    if (facts.rows > 0)
      exec("UPDATE {table} SET " + set);
    if (is_text(plan_.time.kind))
      settle_text_times();
  }

  static bool is_text(time_kind kind) {
    return kind == time_kind::iso || kind == time_kind::day || kind == time_kind::rfc822;
  }

  /// Texts are read by our parser for foreign times, not by the server's.
  void settle_text_times() {
    tx_.exec(with_names("DECLARE standings_texts NO SCROLL CURSOR FOR"
                        " SELECT user_id, updated_at::text FROM {table}"
                        " WHERE updated_at IS NOT NULL",
                        names_));
    for (;;) {
      const auto rows = tx_.exec("FETCH 10000 FROM standings_texts");
      if (rows.empty())
        break;
      std::vector<std::string> values;
      for (const auto& row : rows) {
        const auto read = parse_foreign_time(row[1].c_str());
        if (read && is_plausible_score_time(read->at))
          values.push_back("(" + tx_.quote(std::string{row[0].c_str()}) + ", "
                           + std::to_string(to_micros(read->latest())) + ")");
      }
      settle(values);
    }
    tx_.exec("CLOSE standings_texts");
  }

  void settle(const std::vector<std::string>& values) {
    if (values.empty())
      return;
    std::string list;
    for (const auto& value : values)
      list += (list.empty() ? "" : ", ") + value;
    exec("UPDATE {table} t SET standings_at = least(" + time_from_us("v.us")
         + ", clock_timestamp()) FROM (VALUES " + list + ") AS v (id, us) WHERE t.user_id = v.id");
  }

  void set_defaults() {
    std::string alterations;
    for (const std::string column : score_columns)
      alterations +=
          "ALTER COLUMN " + column + " SET DEFAULT 0, ALTER COLUMN " + column + " SET NOT NULL, ";
    if (!time_.own_column)
      alterations += "ALTER COLUMN updated_at SET DEFAULT clock_timestamp(),"
                     " ALTER COLUMN updated_at SET NOT NULL, ";
    else
      alterations += "ALTER COLUMN standings_at SET NOT NULL, ";
    for (const auto& fill : plan_.fills)
      alterations +=
          "ALTER COLUMN " + tx_.quote_name(fill.column) + " SET DEFAULT "
          + (fill.uuid ? "gen_random_uuid()"
                       : formatted_time(sql_dialect::postgres, fill.format, "clock_timestamp()"))
          + ", ";
    exec("ALTER TABLE {table} " + alterations
         + "ALTER COLUMN version SET DEFAULT nextval('{table}_version'),"
           " ALTER COLUMN version SET NOT NULL");
  }

  void watch_foreign_writes() {
    const auto body =
        time_.own_column
            ? replaced(settle_time, "{time}",
                       exact_time(sql_dialect::postgres, time_.format, "NEW.updated_at"))
            : std::string{};
    exec(replaced(foreign_write, "{settle_time}", body));
    std::string on_insert = null_score;
    std::string on_update = null_score;
    if (time_.own_column) {
      on_insert += " OR NEW.standings_at IS NULL";
      on_update += " OR NEW.standings_at IS NULL OR (NEW.updated_at IS DISTINCT FROM OLD.updated_at"
                   " AND NEW.standings_at = OLD.standings_at)";
    }
    const auto watch = [&](const std::string& when, const std::string& condition) {
      // triggers run in the order of their names: this one sees the row after the application's
      exec("CREATE TRIGGER zz_standings_foreign_" + when + " BEFORE " + when
           + " ON {table} FOR EACH ROW WHEN (" + condition
           + ") EXECUTE FUNCTION {own}{table}_foreign_write()");
    };
    watch("insert", on_insert);
    watch("update", on_update);
  }

  pqxx::transaction_base& tx_;
  const table_names& names_;
  const adoption_plan& plan_;
  row_time time_;
  pqxx::result triggers_;
};

bool exists(pqxx::transaction_base& tx, const table_names& names, const char* name) {
  return !tx.exec("SELECT to_regclass(" + tx.quote(with_names(name, names)) + ")")[0][0].is_null();
}

bool has_column(pqxx::transaction_base& tx, const std::string& relation, const char* column) {
  return !tx.exec("SELECT FROM pg_attribute WHERE attrelid = to_regclass(" + tx.quote(relation)
                  + ") AND attname = " + tx.quote(std::string{column}) + " AND NOT attisdropped")
              .empty();
}

bool is_recorded(pqxx::transaction_base& tx, const table_names& names) {
  return exists(tx, names, "{own}adopted")
         && !tx.exec(with_names("SELECT FROM {own}adopted WHERE table_name = '{table}'", names))
                 .empty();
}

sys_time server_time(pqxx::transaction_base& tx) {
  return from_micros(tx.exec(with_times("SELECT {us:clock_timestamp()}"))[0][0].as<std::int64_t>());
}

void record(pqxx::transaction_base& tx, const table_names& names, const row_time& time) {
  tx.exec(with_names("INSERT INTO {own}adopted VALUES ('{table}', ", names)
          + tx.quote(to_string(time.format)) + ", " + (time.own_column ? "true" : "false")
          + ", clock_timestamp()) ON CONFLICT (table_name) DO UPDATE SET"
            " time_format = excluded.time_format, own_time = excluded.own_time,"
            " adopted_at = excluded.adopted_at");
}

} // namespace

row_time postgres_row_time(pqxx::transaction_base& tx, const table_names& names) {
  row_time out{sql_dialect::postgres, {}, false, {}};
  if (!exists(tx, names, "{own}adopted"))
    return out;
  const auto rows = tx.exec(with_names(
      "SELECT time_format, own_time FROM {own}adopted WHERE table_name = '{table}'", names));
  if (rows.empty())
    return out;
  out.format = parse_column_time(rows[0][0].c_str()).value_or(column_time{});
  out.own_column = rows[0][1].as<bool>();
  return out;
}

bool is_postgres_table_ours(pqxx::transaction_base& tx, const table_names& names) {
  if (!has_column(tx, names.table, "version"))
    return false;
  if (is_recorded(tx, names))
    return !postgres_row_time(tx, names).own_column || has_column(tx, names.table, own_time_column);
  // adopted before adoptions were recorded
  return has_column(tx, names.archive, "deleted_version")
         || has_column(tx, names.table + "_deleted", "deleted_version");
}

void adopt_postgres_table(pqxx::transaction_base& tx, const table_names& names) {
  const bool recorded = is_recorded(tx, names);
  if (recorded && is_postgres_table_ours(tx, names))
    return;
  const auto facts = inspect_postgres_table(tx, names, server_time(tx));
  const auto plan = plan_adoption(facts);
  if (plan.is_fatal())
    throw postgres_refusal{refusal_of(facts, plan)};
  tx.exec(with_names("CREATE TABLE IF NOT EXISTS {own}adopted (table_name text PRIMARY KEY,"
                     " time_format text NOT NULL, own_time boolean NOT NULL,"
                     " adopted_at timestamptz NOT NULL)",
                     names));
  if (facts.kind == relation_kind::table && !facts.ours)
    postgres_adopter{tx, names, plan}.run(facts);
  if (!recorded || !facts.ours)
    record(tx, names, row_time_of(sql_dialect::postgres, plan));
}

result<adoption_report> inspect_postgres(const postgres_options& options) {
  return guard_postgres([&]() -> result<adoption_report> {
    const auto db = open_postgres(options.url);
    pqxx::read_transaction tx{*db};
    tx.exec("SET LOCAL statement_timeout = 0");
    adoption_report out;
    out.table = inspect_postgres_table(tx, names_of(options), server_time(tx));
    out.plan = plan_adoption(out.table);
    return out;
  });
}

result<void> adopt_postgres(const postgres_options& options) {
  return guard_postgres([&]() -> result<void> {
    migrate_postgres(*open_postgres(options.url), names_of(options));
    return {};
  });
}

} // namespace standings
