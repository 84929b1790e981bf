#pragma once

#include "core/score.hpp"

#include <caf/meta/type_name.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// The vocabulary of reading a board: what caches, databases and the HTTP edge
/// pass to each other.
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

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, user_record& x) {
  return f(caf::meta::type_name("user_record"), x.user_id, x.score, x.updated_at, x.version);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, score_update& x) {
  return f(caf::meta::type_name("score_update"), x.user_id, x.count, x.key);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, cached_user& x) {
  return f(caf::meta::type_name("cached_user"), x.user, x.cached_at);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, board_entry& x) {
  return f(caf::meta::type_name("board_entry"), x.rank, x.score, x.user);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, board_page& x) {
  return f(caf::meta::type_name("board_page"), x.total_users, x.entries);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, update_outcome& x) {
  return f(caf::meta::type_name("update_outcome"), x.code, x.detail, x.user, x.cached_at,
           x.cache_pending, x.replayed);
}

} // namespace standings
