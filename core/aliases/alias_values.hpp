#pragma once

#include "core/aliases/cycle_report.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The texts in which the cache holds aliases; see also alias_value().
namespace standings {

/// The ids in a cached value; `nullopt` if it is not a JSON array of strings.
std::optional<std::vector<std::string>> parse_alias_value(std::string_view text);

/// The value that the query cache stores for an answer.
std::string resolved_value(const resolved_names& found);

/// The inverse of `resolved_value`; `nullopt` if the text is not such a value.
std::optional<resolved_names> parse_resolved(std::string_view text);

} // namespace standings
