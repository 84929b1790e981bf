#include "cli/commands.hpp"
namespace standings {
void add_update(command_tree&) {}
} // namespace standings
