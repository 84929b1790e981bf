#pragma once

#include "core/aliases/cycle_report.hpp"
#include "stores/contracts/alias_cache.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

/// Reading the mirrored aliases.
namespace standings {

/// The ids behind an alias. Fails with `unknown_alias` where the cache has none,
/// with `out_of_range` for what cannot be an alias; the field is the type's name.
[[nodiscard]] result<std::vector<std::string>> find_alias_ids(alias_cache& in, alias_type type,
                                                              const std::string& alias);

/// What the query cache has of the names.
[[nodiscard]] result<std::optional<resolved_names>> find_resolved(alias_cache& in,
                                                                  const resolve_names& names);

/// The ids behind both names: from the query cache, or looked up and kept there
/// for `ttl`. Fails as `find_alias_ids` does; a failure is not kept.
[[nodiscard]] result<resolved_names> resolve_through(alias_cache& in, const resolve_names& names,
                                                     std::chrono::milliseconds ttl);

} // namespace standings
