#pragma once

#include "core/base/result.hpp"
#include "core/leaderboard/calendar.hpp"
#include "core/leaderboard/entries.hpp"
#include "core/leaderboard/score.hpp"
#include "stores/contracts/cache_audit.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// The status of a cache.
struct cache_state {
  bool reachable = false;
  bool complete = false;  ///< fully loaded, and nothing was lost since
  std::string generation; ///< id of the last complete load; empty if there is none
  std::array<std::uint64_t, period_count> members{};
  std::uint64_t memory_bytes = 0;

  // what other programs have left in a shared cache; the service leaves it alone
  std::uint64_t foreign_members = 0; ///< members of boards without a valid user id or score
  std::uint64_t undated_scores = 0;  ///< of unknown time, so they were kept when a period started
  std::uint64_t keys_set_aside = 0;  ///< keys of another type, renamed to make room for ours

  // for the operator: operations that the cache refuses, and what cannot be observed without them
  std::vector<std::string> problems;
  std::vector<std::string> notes;
};

class rank_cache;

/// States to apply to one of several caches.
struct cache_update {
  rank_cache* cache;
  std::span<const user_record> users;
};

/// The ranked copy: four boards and the users' details.
///
/// Thread-safe. Methods fail with `store_unavailable` if the cache cannot be reached. Of two states
/// of a user the newer version wins, whatever the order of calls. A returned score is 0 if the
/// user's last write is older than the period start that `start_periods` was last given.
class rank_cache {
public:
  rank_cache() = default;
  rank_cache(const rank_cache&) = delete;
  rank_cache& operator=(const rank_cache&) = delete;
  virtual ~rank_cache() = default;

  /// Takes over each record that is newer than the cached state and than any removal the cache
  /// remembers.
  [[nodiscard]] virtual result<void> apply(std::span<const user_record> users) = 0;

  /// `apply` on the cache of each update, with one outcome for each. Caches in the same store get
  /// theirs in one exchange with it, which is why this is a method: it is that of the caches' kind.
  [[nodiscard]] virtual std::vector<result<void>>
  apply_together(std::span<const cache_update> updates) {
    std::vector<result<void>> out;
    for (const auto& [cache, users] : updates)
      out.push_back(cache->apply(users));
    return out;
  }

  /// Removes users; states up to the deletion's version do not return. A removal is remembered at
  /// least as long as a state that was read before it can be in flight.
  [[nodiscard]] virtual result<void> remove(std::span<const deletion> users) = 0;

  /// Like `remove`, for old deletions: an entry without a version stays, because another program
  /// may have written it since.
  [[nodiscard]] virtual result<void> replay_removals(std::span<const deletion> users) = 0;

  [[nodiscard]] result<void> remove(const std::string& user_id, std::int64_t version) {
    const std::array one{deletion{user_id, version}};
    return remove(one);
  }

  [[nodiscard]] virtual result<std::optional<cached_user>> find(const std::string& user_id) = 0;

  /// The window of the board that starts at `offset`.
  [[nodiscard]] virtual result<board_page> top(period board, std::size_t offset,
                                               std::size_t limit) = 0;

  /// `nullopt` if the user is not on the board.
  [[nodiscard]] virtual result<std::optional<user_rank>> rank(const std::string& user_id,
                                                              period board) = 0;

  /// The same for several users, in their order, all at one moment.
  [[nodiscard]] virtual result<user_ranks> ranks(std::span<const std::string> user_ids,
                                                 period board) = 0;

  /// The user with up to `limit` neighbours on each side; `nullopt` if the user is not on the
  /// board.
  [[nodiscard]] virtual result<std::optional<neighbourhood>>
  around(const std::string& user_id, period board, std::size_t limit) = 0;

  /// Sets when the periods started; a start never moves back. Users whose last write is older stay
  /// on the board with score 0. Works in batches, between which reads go on.
  [[nodiscard]] virtual result<void> start_periods(const period_starts& starts) = 0;

  /// Removes all keys of ours. The cache is incomplete afterwards.
  [[nodiscard]] virtual result<void> clear() = 0;

  /// Marks the cache as incomplete for all instances and forgets the remembered removals; entries
  /// stay.
  [[nodiscard]] virtual result<void> invalidate() = 0;

  /// What the cache holds of each user, and a write that depends on it: see cache_audit. For the
  /// caches of named leaderboards, which are compared with the database and repaired from it.
  [[nodiscard]] virtual result<std::vector<entry_view>> view(std::span<const std::string> user_ids,
                                                             const period_starts& starts) = 0;
  [[nodiscard]] virtual result<std::uint64_t>
  write_if_unchanged(std::span<const conditional_write> users) = 0;

  /// The highest version of all states and removals that the service ever wrote to the cache; 0 if
  /// it wrote none.
  [[nodiscard]] virtual result<std::int64_t> watermark() = 0;

  /// Starts a rebuild. A second start abandons the first.
  [[nodiscard]] virtual result<void> begin_rebuild() = 0;

  /// Like `apply`, for states read from the database: also restores missing parts of an entry with
  /// the same version. Outside a rebuild it fills in after a cache miss.
  [[nodiscard]] virtual result<void> load(std::span<const user_record> users) = 0;

  /// Marks the cache as complete, under a new generation. If no other program writes to the cache,
  /// entries that were neither loaded nor written since the start are deleted; returns how many.
  /// Fails with `cache_warming` if the cache was lost meanwhile.
  [[nodiscard]] virtual result<std::uint64_t> finish_rebuild() = 0;

  /// Differs from an earlier value if a board may have changed since then; `nullopt` if other
  /// programs can change it unnoticed. Cheap.
  [[nodiscard]] virtual std::optional<std::uint64_t> version() { return std::nullopt; }

  /// Differs from an earlier value if this process may have changed a board since then. A read that
  /// begins afterwards shows that change. Cheap.
  [[nodiscard]] virtual std::uint64_t changes() = 0;

  /// Whether the cache is complete, as far as is known; cheap enough to call before each read. A
  /// read that finds it incomplete fails with `cache_warming`.
  [[nodiscard]] virtual bool complete() = 0;

  /// Checks whether the cache is still complete: whether it lost keys or went back to an earlier
  /// state. Returns what `complete` returns from now on.
  [[nodiscard]] virtual result<bool> verify() = 0;

  [[nodiscard]] virtual result<cache_state> state() = 0;

  /// About how many bytes of this process's memory the cache takes; 0 if it is elsewhere. Cheap.
  [[nodiscard]] virtual std::uint64_t memory_bytes() { return 0; }
};

using rank_cache_ptr = std::shared_ptr<rank_cache>;

} // namespace standings
