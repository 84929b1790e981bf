#pragma once

#include "core/base/result.hpp"
#include "stores/redis/options.hpp"

#include <string>

namespace standings {

/// The version that the server tells; empty if it does not. Changes nothing.
[[nodiscard]] result<std::string> redis_version(const redis_options& options);

} // namespace standings
