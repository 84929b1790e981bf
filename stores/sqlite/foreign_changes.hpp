#pragma once

#include "stores/contracts/foreign_changes.hpp"
#include "stores/sqlite/options.hpp"

namespace standings {

/// SQLite does not notify other processes of changes, so this polls.
[[nodiscard]] result<std::unique_ptr<foreign_changes>>
open_sqlite_foreign_changes(const sqlite_options& options);

} // namespace standings
