#pragma once

#include "app/backends.hpp"
#include "config/config.hpp"
#include "config/loader.hpp"

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

/// One function per subcommand; each returns the exit code of the process.
namespace standings {

/// Runs the service until SIGINT or SIGTERM, then drains; a second signal ends it at once. With
/// `demo`, an empty database first gets a realistic board. `file` names the configuration file, for
/// the log; `load` reads the configuration again on SIGHUP.
int run_serve(const config& settings, bool demo, const std::string& file,
              const std::function<load_outcome()>& load);

/// Prints whether configuration, database and cache are usable, one line each.
int run_check(const config& settings);

/// Prints whether the running service is alive, or with `ready` whether it takes traffic; returns 1
/// if not.
int run_health(const config& settings, bool ready);

/// Prints what prevents the service from using the existing table, what adopting it changes, and
/// what to know; then adopts it unless `dry_run`. Returns 1 if something prevents it.
int run_adopt(const config& settings, bool dry_run);

/// Adopts the existing table, and logs it. Returns false if the service cannot work with it; an
/// unreachable database is left to the workers.
bool adopt_existing_table(const backends& stores);

/// Prints what the inspection found, one line each.
void print_findings(std::ostream& out, const adoption_plan& plan);

/// `standings cache …` works directly on a cache that runs as a server, whether or not the service
/// runs. The functions return 2 if the cache is inside the service.

/// Prints what the cache holds; returns 1 if it is not complete.
int run_cache_status(const config& settings);

/// Fills the cache from the database; does nothing if it is complete, unless `force`.
int run_cache_init(const config& settings, bool force);

int run_cache_clear(const config& settings);

/// Prints latencies of reads, and of a write that changes nothing.
int run_cache_bench(const config& settings);

/// `standings sync …` calls the running service at the configured address.

struct sync_run_options {
  bool dry_run = false;
  bool force = false;
  std::vector<std::string> periods; ///< empty: all
};

/// Starts a run and shows its progress; returns 1 if it does not complete, and 3 if it holds
/// deletes.
int run_sync_run(const config& settings, const sync_run_options& options);
int run_sync_status(const config& settings);

/// Turns the timer on or off, for all instances.
int run_sync_timer(const config& settings, bool started);
int run_sync_runs(const config& settings, std::uint64_t limit);
int run_sync_undo(const config& settings, const std::string& run_id);

/// Prints the events in which the database went back, and what was kept of the cache.
int run_sync_events(const config& settings);

/// Restores what was kept at an event; with `dry_run` only shows what that would be.
int run_sync_recover(const config& settings, const std::string& event_id, bool dry_run);

/// Tests with three users of its own that changes reach the other store; prints each step.
int run_sync_test(const config& settings);
/// `standings aliases …` works directly on the source and on a cache that runs as a server. The
/// functions return 2 if the cache is inside the service.

/// Mirrors the aliases, `once` or until SIGINT or SIGTERM, printing a line per cycle. With `once`
/// it returns 1 if something could not be mirrored. `release`: accept in the first cycle that a
/// table is empty.
int run_aliases_sync(const config& settings, bool once, bool release);

/// Prints the ids behind an alias, one per line; returns 1 if there are none.
int run_aliases_get(const config& settings, const std::string& type, const std::string& alias);

/// `standings sessions …`. `sync` and `compare` work directly on both stores, whether or not the
/// service runs; they return 2 if the cache is not Redis.

/// Copies one session to the database, or all if `id` is empty.
int run_sessions_sync(const config& settings, const std::string& id);

/// Prints the differences; returns 1 if anything in Redis is missing from the database.
int run_sessions_compare(const config& settings);

/// Prints the running service's session sync status; returns 1 if session sync is not running.
int run_sessions_status(const config& settings);

} // namespace standings
