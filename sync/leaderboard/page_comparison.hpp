#pragma once

#include "core/leaderboard/cache_comparison.hpp"
#include "sync/leaderboard/leaderboard_shelf.hpp"

#include <vector>

namespace standings {

/// Compares users of a named leaderboard, all those of a page of the database, with what the cache
/// has of them. Changes nothing; leaves `next` empty.
[[nodiscard]] result<compared_page> compare_with_cache(const shelved_leaderboard& with,
                                                       const std::vector<user_record>& users,
                                                       const period_starts& starts);

} // namespace standings
