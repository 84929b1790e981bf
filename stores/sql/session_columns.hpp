#pragma once

#include "core/base/result.hpp"

#include <span>
#include <string>

namespace standings {

/// The columns that the tables need to have, whoever created them.
struct session_column {
  const char* table;
  const char* column;
};
std::span<const session_column> session_columns();

/// For a table that lacks a column.
[[nodiscard]] failure lacks_column(const session_column& missing);

/// For tables of another application that do not fit for another reason.
[[nodiscard]] failure unfit_tables(const std::string& why);

} // namespace standings
