#pragma once

#include "core/base/result.hpp"
#include "core/leaderboard/calendar.hpp"
#include "core/leaderboard/entries.hpp"
#include "core/leaderboard/score.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// What a cache says of itself.
struct cache_state {
  bool reachable = false;
  bool complete = false;  ///< fully hydrated, and nothing was lost since
  std::string generation; ///< id of the hydration; empty before the first
  std::array<std::uint64_t, period_count> members{};
  std::uint64_t memory_bytes = 0;

  // what other programs have left in a shared cache, and the service leaves alone
  std::uint64_t foreign_members = 0; ///< of boards: no user ids, or no scores of ours
  std::uint64_t undated_scores = 0;  ///< kept when a period started: of an unknown time
  std::uint64_t keys_set_aside = 0;  ///< renamed: they stood where ours belong

  // for the operator: what the cache refuses us, and what we see less of for that
  std::vector<std::string> problems;
  std::vector<std::string> notes;
};

/// The ranked copy: four boards and the users' details.
///
/// Thread-safe; every method may be called from any thread. Methods fail with
/// `store_unavailable` where the cache cannot be reached. Of two states of a
/// user the newer version wins, whatever the order of calls. Scores given out
/// count only since the period starts last told by `start_periods`.
class rank_cache {
public:
  rank_cache() = default;
  rank_cache(const rank_cache&) = delete;
  rank_cache& operator=(const rank_cache&) = delete;
  virtual ~rank_cache() = default;

  /// Takes over each record that is newer than what the cache has, and than a
  /// removal it remembers.
  [[nodiscard]] virtual result<void> apply(std::span<const user_record> users) = 0;

  /// Forgets users; states up to the deletion's version do not return. Removals
  /// are remembered at least as long as a state read before them may be under way.
  [[nodiscard]] virtual result<void> remove(std::span<const deletion> users) = 0;

  /// Like `remove`, for deletions of long ago: an entry without a version, which
  /// another program may have written since, stays.
  [[nodiscard]] virtual result<void> replay_removals(std::span<const deletion> users) = 0;

  [[nodiscard]] result<void> remove(const std::string& user_id, std::int64_t version) {
    const std::array one{deletion{user_id, version}};
    return remove(one);
  }

  [[nodiscard]] virtual result<std::optional<cached_user>> find(const std::string& user_id) = 0;

  /// The window of the board that starts at `offset`.
  [[nodiscard]] virtual result<board_page> top(period board, std::size_t offset,
                                               std::size_t limit) = 0;

  /// Nothing if the user is not on the board.
  [[nodiscard]] virtual result<std::optional<user_rank>> rank(const std::string& user_id,
                                                              period board) = 0;

  /// The user with up to `limit` neighbours on each side; nothing if the user
  /// is not on the board.
  [[nodiscard]] virtual result<std::optional<neighbourhood>>
  around(const std::string& user_id, period board, std::size_t limit) = 0;

  /// Tells when the periods started; a start never goes back. Users whose last write is older keep
  /// their place on the board with 0. Works in batches; reads go on meanwhile.
  [[nodiscard]] virtual result<void> start_periods(const period_starts& starts) = 0;

  /// Removes all that is ours. The cache is incomplete afterwards.
  [[nodiscard]] virtual result<void> clear() = 0;

  /// Declares the cache incomplete for all who use it, and forgets which removals
  /// it has seen; its entries stay.
  [[nodiscard]] virtual result<void> invalidate() = 0;

  /// The highest version of all states and removals that the cache was ever given
  /// by us; 0 if there was none.
  [[nodiscard]] virtual result<std::int64_t> watermark() = 0;

  /// Starts a rebuild under a new generation. A second start abandons the first.
  [[nodiscard]] virtual result<void> begin_rebuild() = 0;

  /// Like `apply`, for states read from the database: also restores what is
  /// missing of an entry that is as new. Outside a rebuild it serves a miss.
  [[nodiscard]] virtual result<void> load(std::span<const user_record> users) = 0;

  /// Declares the cache complete. A cache that nobody else writes is swept of
  /// what was neither loaded nor written since the start; gives how many that
  /// were. Fails with `cache_warming` where the cache was lost meanwhile.
  [[nodiscard]] virtual result<std::uint64_t> finish_rebuild() = 0;

  /// Whether the cache is complete, as far as known; cheap enough to ask before
  /// each read. A read that finds out otherwise fails with `cache_warming`.
  [[nodiscard]] virtual bool complete() = 0;

  /// Looks whether the cache still is complete: whether it lost keys, or went
  /// back to an earlier state. Gives what `complete` says from now on.
  [[nodiscard]] virtual result<bool> verify() = 0;

  [[nodiscard]] virtual result<cache_state> state() = 0;
};

using rank_cache_ptr = std::shared_ptr<rank_cache>;

} // namespace standings
