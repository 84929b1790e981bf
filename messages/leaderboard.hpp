#pragma once

#include "core/leaderboard/entries.hpp"
#include "messages/supervision.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// Requests to the leaderboard's actors and their replies. The values are those of
/// core/leaderboard/entries.hpp.
namespace standings {

// -- scoring ------------------------------------------------------------------

struct update_scores {
  std::vector<score_update> updates;
  /// Answer an update whose row is locked with `overloaded` at once instead of retrying it for a
  /// while, because other users' updates wait for the same reply.
  bool prompt = false;
};

struct remove_user {
  std::string user_id;
  std::string request_id{};  ///< for the log, as in the other messages
  std::string leaderboard{}; ///< empty: the default one
};

// -- hydration ----------------------------------------------------------------

struct load_user {
  std::string user_id;
  std::string request_id{};
};

struct load_users {
  std::vector<std::string> user_ids;
};

struct read_user {
  std::string user_id;
};

struct read_board {
  period board = period::daily;
  std::uint64_t offset = 0;
  std::uint64_t limit = 0;
};

struct count_users {};

struct rebuild_cache {
  std::string request_id{};
};

struct rebuild_report {
  std::uint64_t users = 0; ///< loaded from the database
  std::uint64_t swept = 0; ///< removed from the cache because the database lacks them
  std::chrono::milliseconds duration{0};
};

struct ensure_complete {};

struct clear_cache {
  std::string request_id{};
};

/// The cache missed the newest states of these users.
struct refresh_users {
  std::vector<std::string> user_ids;
};

/// The cache missed a deletion.
struct refresh_all {};

struct get_hydration_status {};

struct hydration_status {
  bool running = false;
  bool complete = false;
  bool cache_reachable = false;
  bool database_reachable = false; ///< all workers have their connection
  std::uint64_t pending = 0;       ///< users whose newest state the cache lacks
  std::uint64_t loaded = 0;
  std::uint64_t total = 0;
  std::uint64_t rebuilds = 0; ///< completed since the start
  std::uint64_t failed_rebuilds = 0;
  std::string last_error;
};

// -- period clock -------------------------------------------------------------

struct reset_period {
  period board = period::daily;
  std::string request_id{};
};

struct reset_report {
  period board = period::daily;
  sys_time started_at{};
};

// -- health -------------------------------------------------------------------

/// Like get_status, for callers that cannot wait: what an actor does not tell at once is left out,
/// and its feature counts as down.
struct get_prompt_status {};

struct health_report {
  bool ready = false;    ///< takes traffic: the stores answer and the cache is complete
  bool degraded = false; ///< some feature is down; the rest serves
  std::vector<child_status> children;
  std::vector<child_status> workers;
  std::vector<std::pair<std::string, std::int64_t>> gauges;
  hydration_status hydration;
};

STANDINGS_INSPECT(user_record, x.user_id, x.score, x.updated_at, x.version)
STANDINGS_INSPECT(score_update, x.user_id, x.count, x.key, x.request_id, x.leaderboards)
STANDINGS_INSPECT(cached_user, x.user, x.cached_at)
STANDINGS_INSPECT(board_entry, x.rank, x.score, x.user)
STANDINGS_INSPECT(board_page, x.total_users, x.entries)
STANDINGS_INSPECT(leaderboard_state, x.leaderboard, x.user)
STANDINGS_INSPECT(update_outcome, x.code, x.detail, x.refused_by, x.user, x.cached_at,
                  x.cache_pending, x.replayed, x.states)
STANDINGS_INSPECT(update_scores, x.updates, x.prompt)
STANDINGS_INSPECT(remove_user, x.user_id, x.request_id, x.leaderboard)
STANDINGS_INSPECT(load_user, x.user_id, x.request_id)
STANDINGS_INSPECT(load_users, x.user_ids)
STANDINGS_INSPECT(read_user, x.user_id)
STANDINGS_INSPECT(read_board, x.board, x.offset, x.limit)
STANDINGS_INSPECT(count_users)
STANDINGS_INSPECT(rebuild_cache, x.request_id)
STANDINGS_INSPECT(rebuild_report, x.users, x.swept, x.duration)
STANDINGS_INSPECT(ensure_complete)
STANDINGS_INSPECT(clear_cache, x.request_id)
STANDINGS_INSPECT(refresh_users, x.user_ids)
STANDINGS_INSPECT(refresh_all)
STANDINGS_INSPECT(get_hydration_status)
STANDINGS_INSPECT(hydration_status, x.running, x.complete, x.cache_reachable, x.database_reachable,
                  x.pending, x.loaded, x.total, x.rebuilds, x.failed_rebuilds, x.last_error)
STANDINGS_INSPECT(reset_period, x.board, x.request_id)
STANDINGS_INSPECT(reset_report, x.board, x.started_at)
STANDINGS_INSPECT(get_prompt_status)
STANDINGS_INSPECT(health_report, x.ready, x.degraded, x.children, x.workers, x.gauges, x.hydration)

} // namespace standings

CAF_BEGIN_TYPE_ID_BLOCK(standings_leaderboard, standings::id_blocks::leaderboard)

CAF_ADD_TYPE_ID(standings_leaderboard, (standings::period))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::scores))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::user_record))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::score_update))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::cached_user))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::board_entry))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::board_page))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::update_outcome))
CAF_ADD_TYPE_ID(standings_leaderboard, (std::vector<standings::update_outcome>))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::update_scores))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::remove_user))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::load_user))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::read_user))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::read_board))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::count_users))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::rebuild_cache))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::rebuild_report))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::ensure_complete))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::clear_cache))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::refresh_users))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::refresh_all))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::get_hydration_status))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::hydration_status))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::reset_period))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::reset_report))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::get_prompt_status))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::health_report))
CAF_ADD_TYPE_ID(standings_leaderboard, (standings::load_users))

CAF_END_TYPE_ID_BLOCK(standings_leaderboard)

static_assert(standings::id_blocks::fits<caf::id_block::standings_leaderboard>);
