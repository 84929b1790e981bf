#pragma once

#include "stores/contracts/score_store.hpp"
#include "stores/sqlite/options.hpp"

namespace standings {

/// A score_store in a SQLite file: WAL, synchronous=FULL. Transactions of several
/// connections run one after the other.
[[nodiscard]] result<std::unique_ptr<score_store>> open_sqlite_store(const sqlite_options& options);

} // namespace standings
