#pragma once

#include <string>

namespace standings {

/// A new generation id: a random UUID.
std::string new_generation();

} // namespace standings
