#pragma once

#include "stores/contracts/reconcile_store.hpp"
#include "stores/contracts/run_journal.hpp"
#include "stores/postgres/options.hpp"

namespace standings {

/// A reconcile_store in PostgreSQL: one statement per batch.
[[nodiscard]] result<std::unique_ptr<reconcile_store>>
open_postgres_reconcile_store(const postgres_options& options);

/// A run_journal in PostgreSQL. The leases are advisory locks of its connection. The server frees
/// them when the connection ends, or when it has been silent for `leases_end`: a process that was
/// stopped keeps its connection, but not its leases. Behind a pooler a lease is held until its
/// connection ends.
[[nodiscard]] result<std::unique_ptr<run_journal>>
open_postgres_run_journal(const postgres_options& options,
                          std::chrono::milliseconds leases_end = std::chrono::seconds{7});

} // namespace standings
