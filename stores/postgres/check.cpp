#include "stores/postgres/check.hpp"

#include "stores/postgres/address.hpp"
#include "stores/postgres/connection.hpp"
#include "stores/postgres/own_schema.hpp"
#include "stores/postgres/statement.hpp"

namespace standings {

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
           + (pooled ? ", behind a pooler" : "")
           + (applied.empty() ? no_tables_text
                              : migrations_text(pending_migrations(tx, names).size()));
  });
}

} // namespace standings
