#pragma once

#include "stores/contracts/history_store.hpp"
#include "stores/postgres/options.hpp"

namespace standings {

[[nodiscard]] result<std::unique_ptr<history_store>>
open_postgres_history_store(const postgres_options& options);

} // namespace standings
