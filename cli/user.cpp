#include "cli/commands.hpp"
namespace standings {
void add_user(command_tree&) {}
} // namespace standings
