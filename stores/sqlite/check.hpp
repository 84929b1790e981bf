#pragma once

#include "core/base/result.hpp"
#include "stores/sqlite/options.hpp"

#include <string>

namespace standings {

/// Like check_postgres. `made_at_start` is a directory that the start creates if it is missing.
[[nodiscard]] result<std::string> check_sqlite(const sqlite_options& options,
                                               const std::string& made_at_start = {});

} // namespace standings
