#include "stores/postgres/check.hpp"

#include "core/base/embedded.hpp"
#include "stores/postgres/address.hpp"
#include "stores/postgres/connection.hpp"
#include "stores/postgres/own_schema.hpp"
#include "stores/postgres/statement.hpp"

#include <algorithm>
#include <span>

namespace standings {

std::span<const embedded_text> postgres_migrations();

namespace {

/// What the start will do to the tables. Those of chat sessions are made when they are synced.
std::string schema_state(const std::vector<std::string>& applied) {
  if (applied.empty())
    return "; our tables are not there yet, serve makes them";
  const auto all = postgres_migrations();
  const auto pending = std::count_if(all.begin(), all.end(), [&](const embedded_text& m) {
    return m.name.find("session") == std::string_view::npos
           && std::find(applied.begin(), applied.end(), m.name) == applied.end();
  });
  return pending == 0 ? ", schema up to date"
                      : "; migrations pending: " + std::to_string(pending) + ", serve applies them";
}

} // namespace

result<std::string> check_postgres(const postgres_options& options) {
  return guard_postgres([&]() -> result<std::string> {
    const auto address = parse_postgres_address(options.url);
    if (!address)
      return address.error();
    const auto db = open_postgres(options.url);
    const auto names = names_of(options);
    const bool pooled = is_pooled(*db, options.url);
    pqxx::work tx{*db};
    need_writable(tx);
    tx.exec("SET TRANSACTION READ ONLY");
    const auto applied = applied_migrations(tx, names);
    if (applied.empty())
      need_rights_to_make(tx, names);
    const auto row = only_row(tx.exec("SELECT current_setting('server_version'), current_user"));
    return "postgres " + address->place + ", server " + row[0].c_str() + ", role " + row[1].c_str()
           + (pooled ? ", behind a pooler" : "") + schema_state(applied);
  });
}

} // namespace standings
