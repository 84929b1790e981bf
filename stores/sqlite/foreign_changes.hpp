#pragma once

#include "stores/contracts/foreign_changes.hpp"
#include "stores/sqlite/options.hpp"

namespace standings {

/// SQLite tells nobody of changes, so this looks whether there are any.
[[nodiscard]] result<std::unique_ptr<foreign_changes>>
open_sqlite_foreign_changes(const sqlite_options& options);

} // namespace standings
