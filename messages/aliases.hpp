#pragma once

#include "core/alias.hpp"
#include "core/time.hpp"

#include <caf/meta/type_name.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// The vocabulary of the alias mirror.
namespace standings {

/// Why a cycle compared, or that it did not have to.
enum class alias_cycle_reason : std::uint8_t {
  unchanged,      ///< the source is as it was, so it was not read
  first,          ///< nothing is known yet, or the last cycle did not succeed
  source_changed, ///< the file is another or has changed
  cache_lost,     ///< the cache may have lost keys
  periodic,       ///< its turn
  requested,      ///< somebody asked for it
};

std::string to_string(alias_cycle_reason r);

/// What a cycle did to one type of aliases.
struct alias_table_report {
  alias_type type = alias_type::team;
  std::uint64_t total = 0; ///< usable aliases in the table
  std::uint64_t added = 0;
  std::uint64_t updated = 0;
  std::uint64_t deleted = 0;
  std::uint64_t invalid = 0;         ///< rows that cannot be an alias or an id
  std::uint64_t failed = 0;          ///< aliases that the cache did not take
  std::uint64_t foreign = 0;         ///< keys of others among the aliases of this type, left alone
  std::string error;                 ///< why the table was not mirrored, or not wholly
  std::vector<std::string> problems; ///< the first few invalid rows and failed aliases
};

/// One run of the mirror.
struct alias_cycle {
  sys_time started_at{};
  std::chrono::microseconds duration{0};
  alias_cycle_reason reason = alias_cycle_reason::first;
  bool source_missing = false; ///< there is no file
  std::string error;           ///< why nothing, or not everything, could be done
  std::vector<alias_table_report> tables;

  /// The sum of one count over all tables.
  [[nodiscard]] std::uint64_t sum(std::uint64_t alias_table_report::*count) const;

  /// Nothing was wrong with source and cache; single aliases may have been.
  [[nodiscard]] bool succeeded() const;

  /// Nothing was added, updated or deleted.
  [[nodiscard]] bool without_changes() const;
};

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

/// The ids behind both names.
struct resolve_names {
  std::string team;
  std::string player;
};

struct resolved_names {
  std::vector<std::string> team_ids;
  std::vector<std::string> player_ids;
  bool cached = false; ///< answered by the query cache
};

/// INTERNAL, to a worker.
struct run_alias_cycle {
  bool full = false;
  bool release = false;
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
