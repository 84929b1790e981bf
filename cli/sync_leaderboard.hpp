#pragma once

#include "cli/command_tree.hpp"

#include <string>

/// `standings sync load`, `reset` and `status --leaderboard`: both stores of one leaderboard.
namespace standings {

void add_sync_load(command_tree& to, CLI::App& group);
void add_sync_reset(command_tree& to, CLI::App& group);

/// Prints both stores of a named leaderboard side by side.
int print_stores_of(const invocation& with, const std::string& leaderboard);

} // namespace standings
