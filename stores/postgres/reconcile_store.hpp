#pragma once

#include "stores/contracts/reconcile_store.hpp"
#include "stores/contracts/run_journal.hpp"
#include "stores/postgres/options.hpp"

namespace standings {

/// A reconcile_store in PostgreSQL: one statement a batch.
[[nodiscard]] result<std::unique_ptr<reconcile_store>>
open_postgres_reconcile_store(const postgres_options& options);

/// A run_journal in PostgreSQL. The leases are advisory locks of its
/// connection, which the server frees as soon as that is gone, or has been silent for
/// `leases_end`: whose process is stopped keeps its connection, but no lease.
[[nodiscard]] result<std::unique_ptr<run_journal>>
open_postgres_run_journal(const postgres_options& options,
                          std::chrono::milliseconds leases_end = std::chrono::seconds{7});

} // namespace standings
