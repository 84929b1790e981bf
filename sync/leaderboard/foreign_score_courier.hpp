#pragma once

#include "stores/contracts/leaderboard_store.hpp"
#include "sync/leaderboard/leaderboard_shelf.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace standings {

/// What one call of carry_foreign_scores has done.
struct carried_scores {
  std::uint64_t users = 0;  ///< whose changes were settled
  foreign_score_place next; ///< after which the next call goes on: the beginning if all were met
  bool more = false;        ///< whether there may be some after it
  std::vector<std::pair<std::string, failure>> failed; ///< leaderboards whose caches failed
};

/// Brings to the caches of named leaderboards up to `limit` users after a place whose rows other
/// programs have changed. A cache that fails fails alone: its users stay noted, and so do those of
/// a leaderboard whose settings cannot be read and that is not on the shelf. Changes in a
/// leaderboard that does not exist or is archived are settled: its cache is loaded when it is back.
/// Fails if the database does. Blocking.
[[nodiscard]] result<carried_scores> carry_foreign_scores(leaderboard_store& store,
                                                          leaderboard_shelf& shelf,
                                                          const foreign_score_place& after,
                                                          std::size_t limit);

} // namespace standings
