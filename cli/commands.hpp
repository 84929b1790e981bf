#pragma once

#include "config/config.hpp"

#include <string>

/// One function per subcommand; each gives the process's exit code.
namespace standings {

/// Runs the service until SIGINT or SIGTERM, then drains. With `demo` an empty
/// database gets a lifelike board first. The signals have to be blocked in all
/// threads before the call.
int run_serve(const config& settings, bool demo);

/// Says whether configuration, database and cache are fit, a line each.
int run_check(const config& settings);

/// `standings cache …`: straight to a cache that is a server of its own, whether
/// or not the service runs. 2 where the cache is inside the service.

/// What the cache holds; 1 if it is not complete.
int run_cache_status(const config& settings);

/// Fills the cache from the database, unless it is complete and `force` is off.
int run_cache_init(const config& settings, bool force);

int run_cache_clear(const config& settings);

/// Latencies of reads, and of a write that changes nothing.
int run_cache_bench(const config& settings);

/// `standings sessions …`. `sync` and `compare` go straight to both stores, whether
/// or not the service runs; 2 where the cache is not Redis.

/// Brings one session to the database, or all where `id` is empty.
int run_sessions_sync(const config& settings, const std::string& id);

/// Prints what differs; 1 if anything of Redis is not in the database.
int run_sessions_compare(const config& settings);

/// What the running service says of its session sync; 1 if that does not run.
int run_sessions_status(const config& settings);

} // namespace standings
