#pragma once

#include "stores/contracts/foreign_changes.hpp"
#include "stores/postgres/options.hpp"

namespace standings {

/// Hears of changes by LISTEN, and looks by itself where a pooler keeps that from it.
[[nodiscard]] result<std::unique_ptr<foreign_changes>>
open_postgres_foreign_changes(const postgres_options& options);

} // namespace standings
