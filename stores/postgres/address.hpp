#pragma once

#include "core/base/result.hpp"

#include <string>
#include <vector>

namespace standings {

/// The location and parameters of a PostgreSQL, read from `database.url`.
struct postgres_address {
  std::string conninfo; ///< for the driver: `key='value' …`; contains a secret, never logged
  std::string place;    ///< `host:port/dbname`, for explanations
  bool pooled = false;  ///< the URL says that there is a transaction pooler
  std::vector<std::string> notes; ///< parameters of other programs, and how they were treated
};

/// Reads a URL or a `host=… dbname=…` string, and adds connect time-outs and TCP keep-alives if it
/// sets none. Understands what other programs write into such strings: drivers' names in the scheme
/// (`postgresql+psycopg2://`), `?schema=`, `?pgbouncer=true`. Fails with `out_of_range` on a
/// parameter that it cannot use; names it, but repeats no secret.
[[nodiscard]] result<postgres_address> parse_postgres_address(const std::string& text);

} // namespace standings
