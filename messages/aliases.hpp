#pragma once

#include "core/aliases/cycle_report.hpp"
#include "messages/supervision.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// Requests to the alias mirror and their replies.
namespace standings {

/// Runs a full cycle after the one under way. `release`: accept that a table is empty.
struct sync_aliases {
  bool release = false;
};

/// Turns on periodic cycles.
struct start_aliases {};

/// Turns off periodic cycles.
struct stop_aliases {};

/// Succeeds once a cycle has mirrored that table, so that a cache miss proves an alias unknown.
struct ensure_aliases {
  alias_type type{};
};

struct get_aliases_status {};

struct aliases_status {
  bool enabled = false;
  std::string reason;   ///< why it is disabled
  bool running = false; ///< periodic cycles are on
  bool syncing = false; ///< a cycle is under way
  std::string source;
  std::chrono::milliseconds interval{0};
  std::chrono::milliseconds next_in{0}; ///< until the next periodic cycle, if running
  std::uint64_t cycles = 0;             ///< since the start
  std::vector<alias_cycle> history;     ///< newest first
};

STANDINGS_INSPECT(alias_table_report, x.type, x.total, x.added, x.updated, x.deleted, x.invalid,
                  x.failed, x.foreign, x.error, x.problems)
STANDINGS_INSPECT(alias_cycle, x.started_at, x.duration, x.reason, x.source_missing, x.error,
                  x.tables)
STANDINGS_INSPECT(resolve_names, x.team, x.player)
STANDINGS_INSPECT(resolved_names, x.team_ids, x.player_ids, x.cached)
STANDINGS_INSPECT(sync_aliases, x.release)
STANDINGS_INSPECT(start_aliases)
STANDINGS_INSPECT(stop_aliases)
STANDINGS_INSPECT(ensure_aliases, x.type)
STANDINGS_INSPECT(get_aliases_status)
STANDINGS_INSPECT(aliases_status, x.enabled, x.reason, x.running, x.syncing, x.source, x.interval,
                  x.next_in, x.cycles, x.history)

} // namespace standings

CAF_BEGIN_TYPE_ID_BLOCK(standings_aliases, standings::id_blocks::aliases)

CAF_ADD_TYPE_ID(standings_aliases, (standings::alias_type))
CAF_ADD_TYPE_ID(standings_aliases, (standings::alias_cycle_reason))
CAF_ADD_TYPE_ID(standings_aliases, (standings::alias_table_report))
CAF_ADD_TYPE_ID(standings_aliases, (standings::alias_cycle))
CAF_ADD_TYPE_ID(standings_aliases, (standings::sync_aliases))
CAF_ADD_TYPE_ID(standings_aliases, (standings::start_aliases))
CAF_ADD_TYPE_ID(standings_aliases, (standings::stop_aliases))
CAF_ADD_TYPE_ID(standings_aliases, (standings::ensure_aliases))
CAF_ADD_TYPE_ID(standings_aliases, (standings::get_aliases_status))
CAF_ADD_TYPE_ID(standings_aliases, (standings::aliases_status))
CAF_ADD_TYPE_ID(standings_aliases, (standings::resolve_names))
CAF_ADD_TYPE_ID(standings_aliases, (standings::resolved_names))

CAF_END_TYPE_ID_BLOCK(standings_aliases)

static_assert(standings::id_blocks::fits<caf::id_block::standings_aliases>);
