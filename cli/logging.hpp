#pragma once

#include "config/config.hpp"

namespace standings {

/// Sets the process's logger up: to standard error, a line per event, as text
/// or as one JSON object.
void set_up_logging(const log_config& settings);

} // namespace standings
