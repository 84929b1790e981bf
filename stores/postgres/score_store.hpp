#pragma once

#include "stores/contracts/score_store.hpp"
#include "stores/postgres/options.hpp"

namespace standings {

/// A score_store in PostgreSQL: one statement for a whole batch, by the server's clock.
/// Transactions of several connections run concurrently.
[[nodiscard]] result<std::unique_ptr<score_store>>
open_postgres_store(const postgres_options& options);

} // namespace standings
