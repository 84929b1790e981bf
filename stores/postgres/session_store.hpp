#pragma once

#include "stores/contracts/session_store.hpp"
#include "stores/postgres/options.hpp"

namespace standings {

/// A session_store in PostgreSQL: one statement per table for a whole batch.
[[nodiscard]] result<std::unique_ptr<session_store>>
open_postgres_session_store(const postgres_options& options);

/// Whether existing tables can be used; changes nothing. Fails with `store_unavailable` and names
/// what does not fit.
[[nodiscard]] result<void> check_postgres_session_store(const postgres_options& options);

} // namespace standings
