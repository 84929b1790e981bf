#pragma once

#include "cli/command_tree.hpp"

namespace standings {

/// Adds `standings sync run`.
void add_sync_run(command_tree& to, CLI::App& group);

} // namespace standings
