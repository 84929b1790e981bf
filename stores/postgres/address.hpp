#pragma once

#include "core/base/result.hpp"

#include <string>
#include <vector>

namespace standings {

/// Where a PostgreSQL is and how to get there, read from `database.url`.
struct postgres_address {
  std::string conninfo; ///< for the driver: `key='value' …`; holds a secret, never logged
  std::string place;    ///< `host:port/dbname`, for explanations
  bool pooled = false;  ///< the URL says that a transaction pooler stands in between
  std::vector<std::string> notes; ///< parameters of other programs, and what became of them
};

/// Reads a URL or a `host=… dbname=…` string, with bounds on connecting and TCP
/// keep-alives where it has none of its own. Understands what other programs write into
/// such strings: drivers' names in the scheme (`postgresql+psycopg2://`), `?schema=`,
/// `?pgbouncer=true`. Fails with `out_of_range` on what it cannot use, by name, and without
/// repeating a secret.
[[nodiscard]] result<postgres_address> parse_postgres_address(const std::string& text);

} // namespace standings
