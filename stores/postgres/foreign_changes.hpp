#pragma once

#include "stores/contracts/foreign_changes.hpp"
#include "stores/postgres/options.hpp"

namespace standings {

/// Notices changes by LISTEN, or by polling if a pooler is in between.
[[nodiscard]] result<std::unique_ptr<foreign_changes>>
open_postgres_foreign_changes(const postgres_options& options);

} // namespace standings
