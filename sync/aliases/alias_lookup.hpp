#pragma once

#include "core/aliases/cycle_report.hpp"
#include "stores/contracts/alias_cache.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

/// Looking up mirrored aliases.
namespace standings {

/// The ids of an alias. Fails with `unknown_alias` if the cache has none, and with `out_of_range`
/// if the text cannot be an alias; the failure's field is the type's name.
[[nodiscard]] result<std::vector<std::string>> find_alias_ids(alias_cache& in, alias_type type,
                                                              const std::string& alias);

/// The query cache's answer for the two names; `nullopt` if it has none.
[[nodiscard]] result<std::optional<resolved_names>> find_resolved(alias_cache& in,
                                                                  const resolve_names& names);

/// The ids of both names, from the query cache; if it has none, they are looked up and kept there
/// for `ttl`. Fails as `find_alias_ids` does; a failure is not kept.
[[nodiscard]] result<resolved_names> resolve_through(alias_cache& in, const resolve_names& names,
                                                     std::chrono::milliseconds ttl);

} // namespace standings
