#pragma once

#include "core/base/errc.hpp"
#include "core/leaderboard/score.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// What caches, databases and the HTTP edge pass to each other of a leaderboard.
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

/// One line of a board; `rank` counts from 1. `score` is the board's own, which
/// a cache keeps apart from the details.
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

/// Where a user stands on one board.
struct user_rank {
  std::uint64_t rank = 0;
  std::int64_t score = 0;
  std::uint64_t total_users = 0;
};

/// A user with the nearest users above (better, best first) and below.
struct neighbourhood {
  std::uint64_t total_users = 0;
  board_entry self;
  std::vector<board_entry> above;
  std::vector<board_entry> below;
};

/// What happened to one increment of a batch.
struct update_outcome {
  errc code = errc::none; ///< `none`: durable in the database
  std::string detail;     ///< why not, if not
  user_record user;       ///< the state right after this increment
  sys_time cached_at{};
  bool cache_pending = false; ///< durable, but the cache does not have it yet
  bool replayed = false;      ///< the idempotency key was seen before; this is the first result
};

} // namespace standings
