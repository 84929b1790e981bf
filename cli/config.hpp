#pragma once

#include "config/loader.hpp"

namespace standings {

/// Prints every option with its value and where that comes from. Secrets are shown as `***`.
void print_config(const load_outcome& loaded, bool as_json);

} // namespace standings
