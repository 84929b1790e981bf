#pragma once

#include "http/api/api.hpp"

#include <string>

namespace standings {

/// A named leaderboard to be followed; being followed is a use of it. `with` is the API of the
/// feed's loop, and has to outlive it.
followed_leaderboard_ptr follow_named(const api& with, std::string id);

} // namespace standings
