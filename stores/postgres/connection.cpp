#include "stores/postgres/connection.hpp"

#include "stores/postgres/address.hpp"
#include "stores/postgres/adoption.hpp"
#include "stores/postgres/failure.hpp"
#include "stores/postgres/own_schema.hpp"

#include <algorithm>
#include <array>

namespace standings {

std::span<const embedded_text> postgres_migrations();

namespace {

/// The server's defaults may be anything: another isolation level would fail transactions that wait
/// for each other, and we close idle connections ourselves. Not every version knows all settings.
constexpr auto session = "SET statement_timeout = '15s'; SET lock_timeout = '2s';"
                         " SET idle_in_transaction_session_timeout = '30s';"
                         " SET timezone = 'UTC'; SET client_min_messages = warning;"
                         " SET default_transaction_isolation = 'read committed';"
                         " SELECT set_config(name, '0', false) FROM pg_settings"
                         " WHERE name IN ('idle_session_timeout', 'transaction_timeout')";

} // namespace

std::vector<embedded_text> pending_migrations(pqxx::transaction_base& tx, const table_names& names,
                                              chat_tables chat) {
  const auto applied = applied_migrations(tx, names);
  const auto rows = tx.exec("SELECT to_regclass(" + tx.quote(names.table) + ") IS NOT NULL");
  const bool has_table = rows[0][0].as<bool>();
  const auto is_applied = [&](std::string_view name) {
    return (has_table || name != leaderboard_table_migration)
           && std::find(applied.begin(), applied.end(), name) != applied.end();
  };
  std::vector<embedded_text> out;
  for (const auto& m : postgres_migrations())
    if ((chat == chat_tables::made || m.name.find("session") == std::string_view::npos)
        && !is_applied(m.name))
      out.push_back(m);
  return out;
}

std::unique_ptr<pqxx::connection> open_postgres(const std::string& url) {
  const auto address = parse_postgres_address(url);
  if (!address)
    throw postgres_refusal{address.error()};
  std::unique_ptr<pqxx::connection> db;
  try {
    db = std::make_unique<pqxx::connection>(address->conninfo);
  } catch (const pqxx::broken_connection& e) {
    throw postgres_refusal{explain_connecting(address->conninfo, address->place, e.what())};
  }
  if (!is_pooled(*db, url))
    pqxx::nontransaction{*db}.exec(session);
  return db;
}

bool is_pooled(pqxx::connection& db, const std::string& url) {
  if (const auto address = parse_postgres_address(url); address && address->pooled)
    return true;
  const auto rows = pqxx::nontransaction{db}.exec("SELECT pg_backend_pid()");
  return rows[0][0].as<int>() != db.backendpid();
}

void migrate_postgres(pqxx::connection& db, const table_names& names, chat_tables chat) {
  pqxx::work transaction{db};
  // so that changes that another instance makes while we wait for the lock are visible
  transaction.exec("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
  if (pending_migrations(transaction, names, chat).empty()
      && is_postgres_table_ours(transaction, names))
    return;
  need_writable(transaction);
  transaction.exec("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'");
  transaction.exec("SELECT pg_advisory_xact_lock(hashtext('standings.migrations'))");
  keep_search_path(transaction, names);
  make_own_schema(transaction, names);
  adopt_postgres_table(transaction, names);
  for (const auto& migration : pending_migrations(transaction, names, chat)) {
    transaction.exec(with_names(migration.content, names));
    transaction.exec("INSERT INTO " + names.own + "schema_migrations VALUES ("
                     + transaction.quote(std::string{migration.name})
                     + ", clock_timestamp()) ON CONFLICT DO NOTHING");
  }
  share_own_tables(transaction, names);
  transaction.commit();
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
