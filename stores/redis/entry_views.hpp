#pragma once

#include "stores/contracts/cache_audit.hpp"
#include "stores/redis/key_scheme.hpp"
#include "stores/redis/pool.hpp"

#include <span>
#include <string>
#include <vector>

namespace standings {

/// What a cache holds of each user; see cache_audit.
[[nodiscard]] result<std::vector<entry_view>> view_entries(redis_pool& pool, const key_scheme& keys,
                                                           std::span<const std::string> user_ids,
                                                           const period_starts& starts);

} // namespace standings
