#pragma once

#include "core/aliases/alias.hpp"
#include "core/base/time.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

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

/// What a cycle is asked for. `full`: compares everything, changed or not. `release`: a table
/// that reads empty is meant to be empty.
struct run_alias_cycle {
  bool full = false;
  bool release = false;
};

/// Two names, whose ids are asked for.
struct resolve_names {
  std::string team;
  std::string player;
};

/// The ids behind them.
struct resolved_names {
  std::vector<std::string> team_ids;
  std::vector<std::string> player_ids;
  bool cached = false; ///< answered by the query cache
};

} // namespace standings
