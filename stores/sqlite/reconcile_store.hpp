#pragma once

#include "stores/contracts/reconcile_store.hpp"
#include "stores/contracts/run_journal.hpp"
#include "stores/sqlite/options.hpp"

namespace standings {

/// A reconcile_store in a SQLite file.
[[nodiscard]] result<std::unique_ptr<reconcile_store>>
open_sqlite_reconcile_store(const sqlite_options& options);

/// A run_journal in a SQLite file. The leases are locks on two files beside it
/// (`….lead`, `….run`), which end with their process.
[[nodiscard]] result<std::unique_ptr<run_journal>>
open_sqlite_run_journal(const sqlite_options& options);

} // namespace standings
