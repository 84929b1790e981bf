#pragma once

#include "cli/command_tree.hpp"

/// One function per command or group of commands, each in a file of its name. It adds the command
/// with its flags to the tree.
namespace standings {

void add_serve(command_tree& to);
void add_check(command_tree& to);
void add_config(command_tree& to);
void add_adopt(command_tree& to);
void add_cache(command_tree& to);
void add_sync(command_tree& to);
void add_aliases(command_tree& to);
void add_sessions(command_tree& to);
void add_health(command_tree& to);
void add_board(command_tree& to);
void add_user(command_tree& to);
void add_rank(command_tree& to);
void add_update(command_tree& to);
void add_leaderboards(command_tree& to);
void add_top(command_tree& to);
void add_token(command_tree& to);
void add_completions(command_tree& to);
void add_manual(command_tree& to);

} // namespace standings
