#pragma once

#include "stores/contracts/history_store.hpp"
#include "stores/sqlite/options.hpp"

namespace standings {

[[nodiscard]] result<std::unique_ptr<history_store>>
open_sqlite_history_store(const sqlite_options& options);

} // namespace standings
