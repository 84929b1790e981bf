#pragma once

#include "messages/aliases.hpp"

#include <string>
#include <vector>

namespace standings {

/// `{"type","alias","ids":["1","7"]}`.
std::string alias_ids_json(alias_type type, const std::string& alias,
                           const std::vector<std::string>& ids);

/// `{"team","player","team_ids","player_ids","cached"}`.
std::string resolved_json(const resolve_names& names, const resolved_names& found);

/// The mirror's status with its latest cycles. `foreign_queries` counts the queries that met a key
/// holding something else.
std::string aliases_status_json(const aliases_status& status, std::uint64_t foreign_queries);

/// `{"success", "message", …}` with the cycle's counts, in total and per table.
std::string alias_cycle_json(const alias_cycle& cycle);

} // namespace standings
