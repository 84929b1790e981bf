#include "cli/commands.hpp"
namespace standings {
void add_top(command_tree&) {}
} // namespace standings
