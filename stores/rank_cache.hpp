#pragma once

#include "core/calendar.hpp"
#include "core/result.hpp"
#include "core/score.hpp"
#include "messages/board.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace standings {

/// What a cache says of itself.
struct cache_state {
  bool reachable = false;
  bool complete = false;  ///< fully hydrated, and nothing was lost since
  std::string generation; ///< id of the hydration; empty before the first
  std::array<std::uint64_t, period_count> members{};
  std::uint64_t memory_bytes = 0;
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

  /// Forgets a user; states up to `version` do not return. Removals are
  /// remembered at least as long as a state read before them may be under way.
  [[nodiscard]] virtual result<void> remove(const std::string& user_id, std::int64_t version) = 0;

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

  /// Tells when the periods started. Users whose last write is older keep their
  /// place on the board with 0. Works in batches; reads go on meanwhile.
  [[nodiscard]] virtual result<void> start_periods(const period_starts& starts) = 0;

  /// Removes all that is ours. The cache is incomplete afterwards.
  [[nodiscard]] virtual result<void> clear() = 0;

  /// Starts a rebuild under a new generation: what is neither loaded nor written
  /// until `finish_rebuild` is swept then. A second start abandons the first.
  [[nodiscard]] virtual result<void> begin_rebuild() = 0;

  /// `apply` as part of the rebuild.
  [[nodiscard]] virtual result<void> load(std::span<const user_record> users) = 0;

  /// Sweeps, and declares the cache complete. Gives the number of users swept.
  [[nodiscard]] virtual result<std::uint64_t> finish_rebuild() = 0;

  /// Whether the cache is complete; cheap enough to ask before each read.
  [[nodiscard]] virtual bool complete() = 0;

  [[nodiscard]] virtual result<cache_state> state() = 0;
};

using rank_cache_ptr = std::shared_ptr<rank_cache>;

} // namespace standings
