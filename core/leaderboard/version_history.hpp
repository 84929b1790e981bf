#pragma once

#include "core/leaderboard/score.hpp"

#include <cstdint>
#include <optional>
#include <string>

/// Versions only grow. If they do not, one of the two stores is not in the state it had before.
/// Pure: what the stores report is an argument.
namespace standings {

/// No sequence of ours gets this far: at a million versions a second it would take 140 years.
/// Redis' scripts count exactly up to 2^53.
inline constexpr std::int64_t version_limit = std::int64_t{1} << 52;

/// Whether a number found in a cache can be a version of ours.
[[nodiscard]] constexpr bool is_version(std::int64_t number) {
  return number > 0 && number < version_limit;
}

/// The versions that the database knows of.
struct version_marks {
  /// The last one drawn from the sequence.
  std::int64_t sequence = 0;
  /// The highest in rows, archive and earlier events; `nullopt` if it was not determined, which
  /// costs a scan of the table.
  std::optional<std::int64_t> highest;
  /// Changes when the server changes or restarts, or a table is recreated.
  std::string identity;
};

/// The versions seen outside the database. Read this before the marks, so that a healthy database
/// is never behind it.
struct versions_seen {
  std::int64_t by_cache = 0;   ///< the cache's watermark
  std::int64_t by_process = 0; ///< the highest that this process has seen committed
  /// The last one that this process has seen drawn from the sequence. It may have no row: a version
  /// that was drawn stays drawn if its transaction is rolled back.
  std::int64_t drawn = 0;
};

/// The database is older than what has been seen of it, or its sequence is behind its rows.
struct step_back {
  std::int64_t raise_to = 0; ///< the next version is above everything seen
  std::string reason;
};

/// Whether the database went back. It did also if only its sequence is behind its rows: logical
/// replication and data-only dumps restore rows without it.
[[nodiscard]] std::optional<step_back> find_step_back(const version_marks& database,
                                                      const versions_seen& seen);

/// A record that the database went back, or that a cache had newer states than the database.
struct history_event {
  std::string id; ///< a UUID
  sys_time at{};
  std::string reason;
  std::int64_t raised_to = 0;  ///< every later version is above this
  bool open = false;           ///< the cache has yet to be rebuilt
  std::uint64_t states = 0;    ///< kept from the cache
  std::uint64_t recovered = 0; ///< of these, how many were restored
};

/// What the cache had for a user when the database no longer had it.
struct lost_state {
  user_record cached;
  scores base{}; ///< the row's effective scores then; zeros if there was no row
};

} // namespace standings
