#pragma once

#include "core/aliases/cycle_report.hpp"

#include <caf/meta/type_name.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// The vocabulary of the alias mirror.
namespace standings {

/// Runs a cycle that compares everything, after the one that is under way.
/// `release`: a table that reads empty is meant to be empty.
struct sync_aliases {
  bool release = false;
};

/// Periodic cycles from now on.
struct start_aliases {};

/// No periodic cycles until they are started again.
struct stop_aliases {};

/// Whether an alias that the cache does not have is unknown.
struct ensure_aliases {};

struct get_aliases_status {};

struct aliases_status {
  bool enabled = false;
  std::string reason;   ///< why it is not enabled
  bool running = false; ///< cycles periodically
  bool syncing = false; ///< a cycle is under way
  std::string source;
  std::chrono::milliseconds interval{0};
  std::chrono::milliseconds next_in{0}; ///< until the next periodic cycle, if running
  std::uint64_t cycles = 0;             ///< since the start
  std::vector<alias_cycle> history;     ///< the latest first
};

#define STANDINGS_INSPECT(type, ...)                                                               \
  template <class Inspector>                                                                       \
  typename Inspector::result_type inspect(Inspector& f, [[maybe_unused]] type& x) {                \
    return f(caf::meta::type_name(#type) __VA_OPT__(, ) __VA_ARGS__);                              \
  }

STANDINGS_INSPECT(alias_table_report, x.type, x.total, x.added, x.updated, x.deleted, x.invalid,
                  x.failed, x.foreign, x.error, x.problems)
STANDINGS_INSPECT(alias_cycle, x.started_at, x.duration, x.reason, x.source_missing, x.error,
                  x.tables)
STANDINGS_INSPECT(sync_aliases, x.release)
STANDINGS_INSPECT(start_aliases)
STANDINGS_INSPECT(stop_aliases)
STANDINGS_INSPECT(ensure_aliases)
STANDINGS_INSPECT(get_aliases_status)
STANDINGS_INSPECT(aliases_status, x.enabled, x.reason, x.running, x.syncing, x.source, x.interval,
                  x.next_in, x.cycles, x.history)
STANDINGS_INSPECT(resolve_names, x.team, x.player)
STANDINGS_INSPECT(resolved_names, x.team_ids, x.player_ids, x.cached)
STANDINGS_INSPECT(run_alias_cycle, x.full, x.release)

#undef STANDINGS_INSPECT

} // namespace standings
