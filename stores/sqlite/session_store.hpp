#pragma once

#include "stores/contracts/session_store.hpp"
#include "stores/sqlite/options.hpp"

namespace standings {

/// A session_store in SQLite: one transaction for a whole batch.
[[nodiscard]] result<std::unique_ptr<session_store>>
open_sqlite_session_store(const sqlite_options& options);

/// Whether existing tables can be used; changes nothing, and accepts a file that does not exist
/// yet. Fails with `store_unavailable` and names what does not fit.
[[nodiscard]] result<void> check_sqlite_session_store(const sqlite_options& options);

} // namespace standings
