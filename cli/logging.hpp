#pragma once

#include "config/config.hpp"

#include <chrono>

namespace standings {

/// Sets the process's logger up: to standard error, a line per event, as text
/// or as one JSON object. Logging never waits for whoever reads: see log_writer.hpp.
/// Again, it changes level and format.
void set_up_logging(const log_config& settings);

/// Waits until all that has been logged is written, for at most `limit`. To be
/// called before the process ends.
void flush_log(std::chrono::milliseconds limit = std::chrono::milliseconds{1'000});

} // namespace standings
