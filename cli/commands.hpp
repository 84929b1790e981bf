#pragma once

#include "app/backends.hpp"
#include "config/config.hpp"
#include "config/loader.hpp"

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

/// One function per subcommand; each gives the process's exit code.
namespace standings {

/// Runs the service until SIGINT or SIGTERM, then drains; a second one ends it at
/// once. With `demo` an empty database gets a lifelike board first. `file` is the
/// configuration's, for the log; `load` reads the configuration again, on SIGHUP.
int run_serve(const config& settings, bool demo, const std::string& file,
              const std::function<load_outcome()>& load);

/// Says whether configuration, database and cache are fit, a line each.
int run_check(const config& settings);

/// Says what is in the way of working with the table that is there, what adopting it
/// changes, and what to know; then adopts it, unless `dry_run`. 1 where something is
/// in the way.
int run_adopt(const config& settings, bool dry_run);

/// Adopts the table that is there, and says so in the log. False where the service
/// cannot work with it; a database that cannot be reached is left to the workers.
bool adopt_existing_table(const backends& stores);

/// What the inspection found, a line each.
void print_findings(std::ostream& out, const adoption_plan& plan);

/// `standings cache …`: straight to a cache that is a server of its own, whether
/// or not the service runs. 2 where the cache is inside the service.

/// What the cache holds; 1 if it is not complete.
int run_cache_status(const config& settings);

/// Fills the cache from the database, unless it is complete and `force` is off.
int run_cache_init(const config& settings, bool force);

int run_cache_clear(const config& settings);

/// Latencies of reads, and of a write that changes nothing.
int run_cache_bench(const config& settings);

/// `standings sync …`: asks the running service, at the configured address.

struct sync_run_options {
  bool dry_run = false;
  bool force = false;
  std::vector<std::string> periods; ///< empty: all
};

/// Starts a run and shows how far it is; 1 if it does not complete, 3 if it
/// holds deletes.
int run_sync_run(const config& settings, const sync_run_options& options);
int run_sync_status(const config& settings);

/// Switches the timer, for all instances.
int run_sync_timer(const config& settings, bool started);
int run_sync_runs(const config& settings, std::uint64_t limit);
int run_sync_undo(const config& settings, const std::string& run_id);

/// The events in which the database went back, and what was kept of the cache.
int run_sync_events(const config& settings);

/// Brings back what was kept in an event; with `dry_run` shows what that would be.
int run_sync_recover(const config& settings, const std::string& event_id, bool dry_run);

/// Proves on three users of its own that changes travel; prints each step.
int run_sync_test(const config& settings);
/// `standings aliases …`: straight from the source to a cache that is a server
/// of its own. 2 where the cache is inside the service.

/// Mirrors the aliases, `once` or until SIGINT or SIGTERM, a line each cycle; once:
/// 1 if something could not be mirrored. `release`: a table that reads empty is
/// meant to be empty, in the first cycle.
int run_aliases_sync(const config& settings, bool once, bool release);

/// Prints the ids behind an alias, a line each; 1 if there are none.
int run_aliases_get(const config& settings, const std::string& type, const std::string& alias);

/// `standings sessions …`. `sync` and `compare` go straight to both stores, whether
/// or not the service runs; 2 where the cache is not Redis.

/// Brings one session to the database, or all where `id` is empty.
int run_sessions_sync(const config& settings, const std::string& id);

/// Prints what differs; 1 if anything of Redis is not in the database.
int run_sessions_compare(const config& settings);

/// What the running service says of its session sync; 1 if that does not run.
int run_sessions_status(const config& settings);

} // namespace standings
