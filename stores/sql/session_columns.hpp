#pragma once

#include "core/base/result.hpp"

#include <span>
#include <string>

namespace standings {

/// The columns that the session tables must have, even if another application created them.
struct session_column {
  const char* table;
  const char* column;
};
std::span<const session_column> session_columns();

/// The failure for a table that lacks a column.
[[nodiscard]] failure lacks_column(const session_column& missing);

/// The failure for tables of another application that do not fit for another reason.
[[nodiscard]] failure unfit_tables(const std::string& why);

} // namespace standings
