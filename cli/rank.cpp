#include "cli/commands.hpp"
namespace standings {
void add_rank(command_tree&) {}
} // namespace standings
