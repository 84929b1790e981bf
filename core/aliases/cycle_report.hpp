#pragma once

#include "core/aliases/alias.hpp"
#include "core/base/time.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace standings {

/// Why a cycle compared source and cache, or `unchanged` if it did not have to.
enum class alias_cycle_reason : std::uint8_t {
  unchanged,      ///< the source is as it was, so it was not read
  first,          ///< nothing is known yet, or the last cycle failed
  source_changed, ///< the file was replaced or has changed
  cache_lost,     ///< the cache may have lost keys
  periodic,       ///< every `full_every`-th cycle compares
  requested,      ///< requested by an administrator
};

std::string to_string(alias_cycle_reason r);

/// What a cycle did to one type of aliases.
struct alias_table_report {
  alias_type type = alias_type::team;
  std::uint64_t total = 0; ///< usable aliases in the table
  std::uint64_t added = 0;
  std::uint64_t updated = 0;
  std::uint64_t deleted = 0;
  std::uint64_t invalid = 0; ///< rows that cannot be an alias or an id
  std::uint64_t failed = 0;  ///< aliases that the cache did not take
  std::uint64_t foreign = 0; ///< keys of other programs under this type's prefix, left alone
  std::string error;         ///< why the table was not mirrored, or only in part
  std::vector<std::string> problems; ///< the first few invalid rows and failed aliases
};

/// One run of the mirror.
struct alias_cycle {
  sys_time started_at{};
  std::chrono::microseconds duration{0};
  alias_cycle_reason reason = alias_cycle_reason::first;
  bool source_missing = false; ///< there is no file
  std::string error;           ///< why the cycle could do nothing, or not everything
  std::vector<alias_table_report> tables;

  /// The sum of one count over all tables.
  [[nodiscard]] std::uint64_t sum(std::uint64_t alias_table_report::*count) const;

  /// Whether nothing was wrong with source and cache; single aliases may have failed.
  [[nodiscard]] bool succeeded() const;

  /// Whether nothing was added, updated or deleted.
  [[nodiscard]] bool without_changes() const;
};

/// A requested cycle. `full`: compare everything, changed or not. `release`: an empty table is
/// meant to be empty, and the cache may be taken over from another source.
struct run_alias_cycle {
  bool full = false;
  bool release = false;
};

/// The two names whose ids are requested.
struct resolve_names {
  std::string team;
  std::string player;
};

/// The ids of the two names.
struct resolved_names {
  std::vector<std::string> team_ids;
  std::vector<std::string> player_ids;
  bool cached = false; ///< answered by the query cache
};

} // namespace standings
