#pragma once

#include "core/leaderboard/past_period.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace standings {

/// The ended periods of a board that are kept, the last one first.
std::string past_periods_json(period board, const std::vector<past_period>& periods);

/// A window of a board as its period ended.
std::string past_board_json(period board, std::uint64_t limit, std::uint64_t offset,
                            const past_board& page);

} // namespace standings
