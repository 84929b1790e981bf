#pragma once

#include "config/loader.hpp"

#include <string>

namespace standings {

/// Sets what the YAML file names, and reports what is wrong with it.
void read_file(const std::string& name, load_outcome& out);

/// Adds the tokens of `tokens_file`, a YAML sequence, to those of the configuration.
void read_tokens_file(load_outcome& out);

} // namespace standings
