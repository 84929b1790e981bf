#include "stores/postgres_connection.hpp"

#include "core/embedded.hpp"
#include "stores/sql_text.hpp"

#include <array>

namespace standings {

std::span<const embedded_text> postgres_migrations();

namespace {

/// Connection parameters, unless the URL has its own.
constexpr std::array<std::pair<const char*, const char*>, 6> defaults{{
    {"connect_timeout", "5"},
    {"keepalives_idle", "10"},
    {"keepalives_interval", "5"},
    {"keepalives_count", "3"},
    {"tcp_user_timeout", "15000"},
    {"application_name", "standings"},
}};

constexpr auto session = "SET statement_timeout = '15s'; SET lock_timeout = '2s';"
                         " SET idle_in_transaction_session_timeout = '30s';"
                         " SET timezone = 'UTC'; SET client_min_messages = warning";

std::string with_defaults(std::string url) {
  for (const auto& [key, value] : defaults) {
    if (url.find(std::string{key} + "=") != std::string::npos)
      continue;
    url += url.find('?') == std::string::npos ? '?' : '&';
    url += std::string{key} + "=" + value;
  }
  return url;
}

/// Gives an earlier application's table what ours has. Each part is a no-op on
/// a table that has it.
constexpr auto adopt = R"sql(
DO $adopt$
BEGIN
  IF to_regclass('{table}') IS NULL OR EXISTS (
    SELECT FROM pg_attribute
    WHERE attrelid = to_regclass('{table}') AND attname = 'version' AND NOT attisdropped
  ) THEN
    RETURN;
  END IF;
  CREATE SEQUENCE IF NOT EXISTS {table}_version;
  ALTER TABLE {table} ADD COLUMN version bigint;
  ALTER TABLE {table} ALTER COLUMN user_id TYPE text COLLATE "C";
  IF (SELECT atttypid = 'timestamp'::regtype FROM pg_attribute
      WHERE attrelid = to_regclass('{table}') AND attname = 'updated_at') THEN
    ALTER TABLE {table} ALTER COLUMN updated_at TYPE timestamptz USING updated_at AT TIME ZONE 'UTC';
  END IF;
  UPDATE {table} SET
    daily_pomo = coalesce(daily_pomo, 0), weekly_pomo = coalesce(weekly_pomo, 0),
    monthly_pomo = coalesce(monthly_pomo, 0), yearly_pomo = coalesce(yearly_pomo, 0),
    updated_at = least(coalesce(updated_at, 'epoch'), clock_timestamp()), version = nextval('{table}_version');
  ALTER TABLE {table}
    ALTER COLUMN daily_pomo TYPE bigint, ALTER COLUMN weekly_pomo TYPE bigint,
    ALTER COLUMN monthly_pomo TYPE bigint, ALTER COLUMN yearly_pomo TYPE bigint,
    ALTER COLUMN daily_pomo SET DEFAULT 0, ALTER COLUMN weekly_pomo SET DEFAULT 0,
    ALTER COLUMN monthly_pomo SET DEFAULT 0, ALTER COLUMN yearly_pomo SET DEFAULT 0,
    ALTER COLUMN daily_pomo SET NOT NULL, ALTER COLUMN weekly_pomo SET NOT NULL,
    ALTER COLUMN monthly_pomo SET NOT NULL, ALTER COLUMN yearly_pomo SET NOT NULL,
    ALTER COLUMN updated_at SET DEFAULT clock_timestamp(), ALTER COLUMN updated_at SET NOT NULL,
    ALTER COLUMN version SET DEFAULT nextval('{table}_version'), ALTER COLUMN version SET NOT NULL;
END
$adopt$
)sql";

bool is_in_class(const std::string& sqlstate, std::string_view prefix) {
  return sqlstate.compare(0, prefix.size(), prefix) == 0;
}

} // namespace

std::unique_ptr<pqxx::connection> open_postgres(const std::string& url) {
  auto db = std::make_unique<pqxx::connection>(with_defaults(url));
  pqxx::nontransaction{*db}.exec(session);
  return db;
}

void migrate_postgres(pqxx::connection& db, const std::string& table) {
  pqxx::work transaction{db};
  transaction.exec("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'");
  transaction.exec("SELECT pg_advisory_xact_lock(hashtext('standings.migrations'))");
  transaction.exec("CREATE TABLE IF NOT EXISTS schema_migrations ("
                   "name text PRIMARY KEY, applied_at timestamptz NOT NULL)");
  transaction.exec(with_table(adopt, table));
  for (const auto& migration : postgres_migrations()) {
    const auto name = transaction.quote(std::string{migration.name});
    if (!transaction.exec("SELECT 1 FROM schema_migrations WHERE name = " + name).empty())
      continue;
    transaction.exec(with_table(migration.content, table));
    transaction.exec("INSERT INTO schema_migrations VALUES (" + name + ", clock_timestamp())");
  }
  transaction.commit();
}

failure translate_postgres(bool while_committing) {
  const auto lost = [&] {
    return while_committing
               ? fail(errc::outcome_unknown, "the connection was lost while committing")
               : fail(errc::store_unavailable, "the database cannot be reached");
  };
  try {
    throw;
  } catch (const pqxx::broken_connection&) {
    return lost();
  } catch (const pqxx::sql_error& e) {
    const auto state = e.sqlstate();
    if (is_in_class(state, "22") || is_in_class(state, "23") || state == "P0001")
      return fail(errc::rejected_row, "the database refuses this row");
    if (state.empty() || is_in_class(state, "08") || is_in_class(state, "57P"))
      return lost();
    if (state == "53100")
      return fail(errc::store_unavailable, "the database's disk is full");
    return fail(errc::store_unavailable, "the database does not work (" + state + ")");
  } catch (const pqxx::failure&) {
    return lost();
  }
}

std::string text_array(const std::vector<std::string>& values) {
  std::string out = "{";
  for (const auto& value : values) {
    out += out.size() > 1 ? ",\"" : "\"";
    for (const char c : value) {
      if (c == '"' || c == '\\')
        out += '\\';
      out += c;
    }
    out += '"';
  }
  return out + "}";
}

std::string bigint_array(const std::vector<std::int64_t>& values) {
  std::string out = "{";
  for (const auto value : values) {
    if (out.size() > 1)
      out += ',';
    out += std::to_string(value);
  }
  return out + "}";
}

} // namespace standings
