#pragma once

#include "core/aliases/cycle_report.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The texts that the cache holds of aliases; see also alias_value().
namespace standings {

/// The ids in a cached value; nothing for what is no JSON array of strings.
std::optional<std::vector<std::string>> parse_alias_value(std::string_view text);

/// What the query cache keeps of an answer.
std::string resolved_value(const resolved_names& found);

/// The answer that the query cache has kept; nothing for what is none.
std::optional<resolved_names> parse_resolved(std::string_view text);

} // namespace standings
