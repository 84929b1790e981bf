#pragma once

#include "config/config.hpp"

/// One function per subcommand; each gives the process's exit code.
namespace standings {

/// Runs the service until SIGINT or SIGTERM, then drains. With `demo` an empty
/// database gets a lifelike board first. The signals have to be blocked in all
/// threads before the call.
int run_serve(const config& settings, bool demo);

/// Says whether configuration, database and cache are fit, a line each.
int run_check(const config& settings);

} // namespace standings
