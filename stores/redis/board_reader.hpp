#pragma once

#include "core/leaderboard/calendar.hpp"
#include "core/leaderboard/entries.hpp"
#include "core/leaderboard/period_window.hpp"
#include "core/leaderboard/score_rules.hpp"
#include "stores/redis/calls.hpp"
#include "stores/redis/key_scheme.hpp"
#include "stores/redis/script.hpp"

#include <array>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace standings {

/// Reads of boards and users; see rank_cache. Each read of a board checks whether the board is
/// complete, reports the result, and fails with `cache_warming` if it is not. Thread-safe.
///
/// A script reads a board and the details of its users at one moment. It may only read keys that
/// are passed to it, so it gets those of the users that were in the window last time. If other
/// users are in it now, it is called again with theirs; the details of users that came into the
/// window between the two calls are read on their own.
class board_reader {
public:
  using tell_fn = std::function<void(bool complete)>;

  board_reader(const key_scheme& keys, score_order order, tell_fn tell);

  task<result<board_page>> top(redis_calls& calls, period board, std::size_t offset,
                               std::size_t limit, period_starts starts);

  /// The ranks of several users, in their order.
  task<result<user_ranks>> ranks(redis_calls& calls, period board,
                                 std::vector<std::string> user_ids);

  task<result<std::optional<neighbourhood>>> around(redis_calls& calls, std::string user_id,
                                                    period board, std::size_t limit,
                                                    period_starts starts);
  task<result<std::optional<cached_user>>> find(redis_calls& calls, std::string user_id,
                                                period_starts starts);

private:
  /// A script's reply about a complete board.
  struct reading {
    std::uint64_t members = 0;
    redis_reply reply; ///< generation, expected size, size, a place, then what the script adds
  };

  using ids = std::vector<std::string>;
  using window_query = std::array<std::string, 3>;

  /// What window.lua could not read, by the index of the entry: details as JSON, or the four scores
  /// of the boards.
  using missing_users = std::map<std::size_t, std::string>;

  struct window_reading {
    reading read;
    missing_users missing;
  };

  task<result<reading>> read_board(redis_calls& calls, const redis_script& script, period board,
                                   std::vector<std::string> keys, std::vector<std::string> values);
  /// `window`: first place, limit, user, in the form that window.lua takes.
  task<result<window_reading>> read_window(redis_calls& calls, period board, window_query window);
  task<result<reading>> ask_for_window(redis_calls& calls, period board, window_query window,
                                       ids supposed);

  /// Reads the users that came into the window between the two calls of window.lua. They may be
  /// newer than the board.
  task<result<missing_users>> read_missing(redis_calls& calls, redis_reply window) const;
  [[nodiscard]] static std::vector<board_entry>
  entries_of(const window_reading& window, period board, const period_starts& starts);
  [[nodiscard]] ids last_seen_in(const std::string& window);
  void remember(const std::string& window, const ids& users);

  const key_scheme& keys_;
  const tell_fn tell_;
  const redis_script window_;
  const redis_script rank_;

  std::mutex mutex_;
  std::unordered_map<std::string, ids> last_seen_; ///< the ids that were in a window; bounded
};

} // namespace standings
