#pragma once

#include <string>

namespace standings {

/// A new id for a hydration of a cache: a random UUID.
std::string new_generation();

} // namespace standings
