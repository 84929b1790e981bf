#pragma once

#include "stores/postgres_score_store.hpp"
#include "stores/reconcile_store.hpp"
#include "stores/sync_journal.hpp"

namespace standings {

/// A reconcile_store in PostgreSQL: one statement a batch.
[[nodiscard]] result<std::unique_ptr<reconcile_store>>
open_postgres_reconcile_store(const postgres_options& options);

/// A sync_journal in PostgreSQL. The rights are advisory locks of its
/// connection, which the server frees as soon as that is gone.
[[nodiscard]] result<std::unique_ptr<sync_journal>>
open_postgres_sync_journal(const postgres_options& options);

} // namespace standings
