#pragma once

#include "core/base/column_time.hpp"
#include "core/leaderboard/adoption.hpp"

#include <optional>

/// How the service will write the times of a table that another application has made.
namespace standings {

/// Whether the type of a column is one for times.
[[nodiscard]] bool is_time(column_kind kind);

/// The format that the rows of a column agree on; where no row says it, the one of its type.
/// Nothing where the type holds no times.
[[nodiscard]] std::optional<column_time>
format_of(const table_facts& table, const column_facts& column, const time_census& times);

/// What new users get in a column that the service knows nothing of and that may not be null.
/// Nothing where it is not certain that it holds times or UUIDs.
[[nodiscard]] std::optional<adoption_plan::fill> fill_of(const table_facts& table,
                                                         const table_facts::required_column& column,
                                                         const column_facts& facts);

} // namespace standings
