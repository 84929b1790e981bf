#pragma once

#include "core/leaderboard/score.hpp"

#include <cstdint>
#include <optional>
#include <string>

/// Versions only grow. Where they do not, one side of the pair of stores is not
/// what it was. Pure: what the stores say is an argument.
namespace standings {

/// No sequence of ours gets this far: a million versions a second take 140 years. Redis'
/// scripts count exactly up to 2^53.
inline constexpr std::int64_t version_limit = std::int64_t{1} << 52;

/// Whether a number that was found in a cache can be a version of ours.
[[nodiscard]] constexpr bool is_version(std::int64_t number) {
  return number > 0 && number < version_limit;
}

/// The versions that the database knows of.
struct version_marks {
  /// The last one drawn from the sequence.
  std::int64_t sequence = 0;
  /// The highest in rows, archive and earlier events; nothing where nobody looked,
  /// which costs a scan of the table.
  std::optional<std::int64_t> highest;
  /// Changes with the server, its restart and a table that is made anew.
  std::string identity;
};

/// What the outside has seen of the database's versions. To be read before the
/// marks, so that a healthy database is never behind it.
struct versions_seen {
  std::int64_t by_cache = 0;   ///< the cache's watermark
  std::int64_t by_process = 0; ///< of states that this process has seen committed
  /// The last one that this process has seen drawn from the sequence. It may have no
  /// row: what a transaction draws stays drawn when it is rolled back.
  std::int64_t drawn = 0;
};

/// The database is older than what has been seen of it, or its sequence than its rows.
struct step_back {
  std::int64_t raise_to = 0; ///< the next version is above everything that was seen
  std::string reason;
};

/// Whether the database went back. A sequence behind the rows alone is one, too:
/// logical replication and data-only dumps bring rows without it.
[[nodiscard]] std::optional<step_back> find_step_back(const version_marks& database,
                                                      const versions_seen& seen);

/// The database went back, or a cache knew newer states than it.
struct history_event {
  std::string id; ///< a UUID
  sys_time at{};
  std::string reason;
  std::int64_t raised_to = 0;  ///< every version since is above
  bool open = false;           ///< the cache has yet to be rebuilt
  std::uint64_t states = 0;    ///< kept of the cache
  std::uint64_t recovered = 0; ///< brought back of these
};

/// What the cache had of a user when the database did not have it any more.
struct lost_state {
  user_record cached;
  scores base{}; ///< what the row counted then; zeros where there was none
};

} // namespace standings
