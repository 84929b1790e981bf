#pragma once

#include "config/config.hpp"

#include <chrono>

namespace standings {

/// Sets up the process's logger: to standard error, one line per event, as text or as a JSON
/// object. Logging never waits for the log's reader: see log_writer.hpp. Calling it again changes
/// all settings.
void set_up_logging(const log_config& settings);

/// Waits up to `limit` until everything logged so far is written. Must be called before the process
/// ends.
void flush_log(std::chrono::milliseconds limit = std::chrono::milliseconds{1'000});

} // namespace standings
