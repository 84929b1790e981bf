#pragma once

#include "core/base/result.hpp"
#include "core/leaderboard/tenant_quotas.hpp"

#include <string>
#include <string_view>

namespace standings {

/// Parses `default.leaderboards=1000,acme.users=5`; an empty text has no entries.
[[nodiscard]] result<tenant_quotas> parse_quotas(std::string_view text);

/// The inverse.
[[nodiscard]] std::string format_quotas(const tenant_quotas& quotas);

} // namespace standings
