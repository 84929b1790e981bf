#pragma once

#include "core/base/column_time.hpp"
#include "core/leaderboard/adoption.hpp"

#include <optional>

/// How the service writes times in a table that another application has made.
namespace standings {

/// Whether the type of a column is one for times.
[[nodiscard]] bool is_time(column_kind kind);

/// The format that the rows of a column agree on; if no row determines it, the format of the
/// column's type. `nullopt` if the type holds no times.
[[nodiscard]] std::optional<column_time>
format_of(const table_facts& table, const column_facts& column, const time_census& times);

/// What a new user gets in a NOT NULL column that the service does not know. `nullopt` unless it is
/// certain that the column holds times or UUIDs.
[[nodiscard]] std::optional<adoption_plan::fill> fill_of(const table_facts& table,
                                                         const table_facts::required_column& column,
                                                         const column_facts& facts);

} // namespace standings
