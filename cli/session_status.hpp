#pragma once

#include "cli/command_tree.hpp"

namespace standings {

/// Adds `standings sessions status`.
void add_session_status(command_tree& to, CLI::App& group);

} // namespace standings
