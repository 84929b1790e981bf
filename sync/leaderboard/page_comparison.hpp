#pragma once

#include "core/leaderboard/cache_comparison.hpp"
#include "stores/contracts/score_store.hpp"
#include "sync/leaderboard/leaderboard_shelf.hpp"

#include <string>
#include <vector>

namespace standings {

/// Compares users of a named leaderboard, all those of a page of the database, with what the cache
/// has of them: their scores on the boards and their details. Changes nothing; leaves `next` empty.
/// `differing`, if given, gets the users that differ.
[[nodiscard]] result<compared_page>
compare_with_cache(const shelved_leaderboard& with, const std::vector<user_record>& users,
                   const period_starts& starts, std::vector<std::string>* differing = nullptr);

/// The same for a page of `rows`, with the scores that the cache can show. Whoever differs is read
/// and compared once more: between the two looks an update may have reached both.
[[nodiscard]] result<compared_page> compare_rows_with_cache(const shelved_leaderboard& with,
                                                            score_store& rows,
                                                            const std::vector<user_record>& users,
                                                            const period_starts& starts);

} // namespace standings
