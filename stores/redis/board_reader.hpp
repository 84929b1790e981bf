#pragma once

#include "core/leaderboard/calendar.hpp"
#include "core/leaderboard/entries.hpp"
#include "core/leaderboard/period_window.hpp"
#include "stores/redis/key_scheme.hpp"
#include "stores/redis/script.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace standings {

/// Reads of boards; see rank_cache. Each finds out whether the board is complete, tells so,
/// and fails with `cache_warming` where it is not. Thread-safe.
///
/// The board is read at one moment. The details of the users on it are read right after: they
/// may be newer, and a user may be listed who has just been removed.
class board_reader {
public:
  using tell_fn = std::function<void(bool complete)>;

  board_reader(redis_pool& pool, const key_scheme& keys, tell_fn tell);

  [[nodiscard]] result<board_page> top(period board, std::size_t offset, std::size_t limit,
                                       const period_starts& starts);
  [[nodiscard]] result<std::optional<user_rank>> rank(const std::string& user_id, period board);
  [[nodiscard]] result<std::optional<neighbourhood>>
  around(const std::string& user_id, period board, std::size_t limit, const period_starts& starts);

private:
  /// What a script answers of a complete board.
  struct reading {
    std::uint64_t members = 0;
    redis_reply reply; ///< generation, expected size, size, a place, and what the script adds
  };

  [[nodiscard]] result<reading> read_board(redis_connection& c, const redis_script& script,
                                           period board, std::vector<std::string> values);
  [[nodiscard]] result<std::vector<board_entry>> entries_of(redis_connection& c,
                                                            const redis_reply& window, period board,
                                                            const period_starts& starts) const;

  redis_pool& pool_;
  const key_scheme& keys_;
  const tell_fn tell_;
  const redis_script window_ = find_redis_script("window.lua");
  const redis_script rank_ = find_redis_script("rank.lua");
};

} // namespace standings
