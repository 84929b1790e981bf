#pragma once

#include "app/backends.hpp"
#include "cli/invocation.hpp"

#include <optional>
#include <string>

namespace standings {

/// The configured stores. Prints an error and returns none if they cannot be made, or if the cache
/// is inside the service, out of this process's reach: then the error ends with `instead`, what to
/// use.
[[nodiscard]] std::optional<backends> shared_stores(const invocation& with,
                                                    const std::string& instead);

} // namespace standings
