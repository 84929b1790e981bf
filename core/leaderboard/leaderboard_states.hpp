#pragma once

#include "core/leaderboard/entries.hpp"

#include <span>
#include <string>
#include <vector>

namespace standings {

/// What is remembered of an update with an idempotency key, as JSON, and back. The text is our own:
/// one that cannot be read counts as empty.
std::string states_text(std::span<const leaderboard_state> states);
std::vector<leaderboard_state> states_in(const std::string& text);

/// What an update with an idempotency key asked for: a repeat with another text is a conflict.
std::string body_text(const score_update& update);

/// The outcome of an update whose key is known: the first result if it asks for the same as then,
/// else a conflict.
update_outcome replay_states(const score_update& now, const std::string& first_body,
                             const std::string& first_states);

} // namespace standings
