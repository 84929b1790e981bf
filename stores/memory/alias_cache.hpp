#pragma once

#include "core/base/time.hpp"
#include "stores/contracts/alias_cache.hpp"

namespace standings {

/// How many query results an alias cache in memory keeps; beyond that the oldest are dropped.
inline constexpr std::size_t max_memory_queries = 10'000;

/// An alias_cache in this process; its content ends with it.
[[nodiscard]] alias_cache_ptr make_memory_alias_cache(clock_fn clock = system_now);

} // namespace standings
