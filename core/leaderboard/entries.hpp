#pragma once

#include "core/base/errc.hpp"
#include "core/leaderboard/score.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

/// What caches, databases and the HTTP edge exchange about a leaderboard.
namespace standings {

/// A user as the cache knows it.
struct cached_user {
  user_record user;
  sys_time cached_at{};
};

/// A user that was deleted, with the version of the (last) deletion.
struct deletion {
  std::string user_id;
  std::int64_t version = 0;
};

/// One line of a board; `rank` counts from 1. `score` is the board's own, which a cache stores
/// apart from the details.
struct board_entry {
  std::uint64_t rank = 0;
  std::int64_t score = 0;
  user_record user;
};

/// A window of a board.
struct board_page {
  std::uint64_t total_users = 0;
  std::vector<board_entry> entries;
};

/// A user's position on one board.
struct user_rank {
  std::uint64_t rank = 0;
  std::int64_t score = 0;
  std::uint64_t total_users = 0;
};

/// The positions of several users on one board, in the order in which they were asked for;
/// `nullopt` for those that are not on it.
struct user_ranks {
  std::uint64_t total_users = 0;
  std::vector<std::optional<user_rank>> users;
};

/// A user with the nearest users above (best first) and below.
struct neighbourhood {
  std::uint64_t total_users = 0;
  board_entry self;
  std::vector<board_entry> above;
  std::vector<board_entry> below;
};

/// A user's state in one of several leaderboards.
struct leaderboard_state {
  std::string leaderboard;
  user_record user;
};

/// What users carry, JSON objects by user id; users that carry nothing are not in it.
using user_metadata = std::unordered_map<std::string, std::string>;

/// The result of one increment of a batch.
struct update_outcome {
  errc code = errc::none; ///< `none`: durable in the database
  std::string detail;     ///< why it failed; empty on success
  user_record user;       ///< the state right after this increment
  sys_time cached_at{};
  bool cache_pending = false; ///< durable, but not in the cache yet
  bool replayed = false;      ///< the idempotency key was used before; this is the first result
  /// The states in all leaderboards that an update of named ones counted in.
  std::vector<leaderboard_state> states{};
  std::string refused_by{}; ///< the leaderboard that refuses it, which may be one that is fed
};

} // namespace standings
