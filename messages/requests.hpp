#pragma once

#include "core/leaderboard/period.hpp"
#include "core/leaderboard/score.hpp"

#include <caf/meta/type_name.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// What actors are asked, and what they answer beside the types of
/// messages/leaderboard.hpp. Which actor understands which is in messages/actors.hpp.
namespace standings {

// -- scoring -------------------------------------------------------------------

struct update_scores {
  std::vector<score_update> updates;
  /// Nobody waits for another's row: an update whose row is locked is answered
  /// `overloaded` at once, instead of being tried again for a while.
  bool prompt = false;
};

struct remove_user {
  std::string user_id;
};

// -- hydration -----------------------------------------------------------------

struct load_user {
  std::string user_id;
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

struct rebuild_cache {};

struct ensure_complete {};

struct clear_cache {};

/// The cache could not be told of these users' newest states.
struct refresh_users {
  std::vector<std::string> user_ids;
};

/// The cache could not be told of a deletion.
struct refresh_all {};

/// Whether the cache still is complete.
struct verify_cache {};

/// Nobody waits any more: the edge is closing.
struct stop_waiting {};

struct rebuild_report {
  std::uint64_t users = 0; ///< loaded from the database
  std::uint64_t swept = 0; ///< removed from the cache: the database does not know them
  std::chrono::milliseconds duration{0};
};

/// One page of a rebuild: the users after `after` in id order.
struct load_page {
  std::string after;
  std::uint64_t limit = 0;
};

struct page_loaded {
  std::uint64_t users = 0;
  std::string last; ///< where the next page starts
  bool done = false;
};

struct begin_rebuild {
  bool anew = true; ///< else only what a cache may lack that was verified before
};

struct finish_rebuild {};

struct get_hydration_status {};

struct hydration_status {
  bool running = false;
  bool complete = false;
  bool cache_reachable = false;
  bool database_reachable = false; ///< both workers have their connection
  std::uint64_t pending = 0;       ///< users whose newest state the cache does not have yet
  std::uint64_t loaded = 0;
  std::uint64_t total = 0;
  std::uint64_t rebuilds = 0; ///< finished since the start
  std::string last_error;
};

// -- period clock --------------------------------------------------------------

struct reset_period {
  period board = period::daily;
};

struct reset_report {
  period board = period::daily;
  sys_time started_at{};
};

// -- supervision and health ----------------------------------------------------

enum class child_state : std::uint8_t { starting, running, backing_off, parked, stopped };

std::string to_string(child_state s);

struct child_status {
  std::string name;
  child_state state = child_state::starting;
  std::uint64_t restarts = 0;
  std::string last_error;
};

/// What a feature says of itself: its workers, and numbers worth seeing.
struct component_status {
  std::vector<child_status> workers;
  std::vector<std::pair<std::string, std::int64_t>> gauges;
};

struct get_status {};

struct health_report {
  bool ready = false;    ///< takes traffic: the stores answer and the cache is complete
  bool degraded = false; ///< some feature is down; all else serves
  std::vector<child_status> children;
  std::vector<child_status> workers;
  std::vector<std::pair<std::string, std::int64_t>> gauges;
  hydration_status hydration;
};

// -- INTERNAL: an actor to itself or to its worker -------------------------------

/// Time to start child `index` again; `incarnation` tells a stale timer.
struct restart_child {
  std::uint64_t index = 0;
  std::uint64_t incarnation = 0;
};

/// A worker has its connection and may be given work.
struct worker_ready {
  std::uint64_t index = 0;
};

/// Something periodic is due. `round` tells a stale timer.
struct tick {
  std::uint64_t round = 0;
};

// ------------------------------------------------------------------------------

#define STANDINGS_INSPECT(type, ...)                                                               \
  template <class Inspector>                                                                       \
  typename Inspector::result_type inspect(Inspector& f, [[maybe_unused]] type& x) {                \
    return f(caf::meta::type_name(#type) __VA_OPT__(, ) __VA_ARGS__);                              \
  }

STANDINGS_INSPECT(update_scores, x.updates, x.prompt)
STANDINGS_INSPECT(remove_user, x.user_id)
STANDINGS_INSPECT(load_user, x.user_id)
STANDINGS_INSPECT(read_user, x.user_id)
STANDINGS_INSPECT(read_board, x.board, x.offset, x.limit)
STANDINGS_INSPECT(count_users)
STANDINGS_INSPECT(rebuild_cache)
STANDINGS_INSPECT(ensure_complete)
STANDINGS_INSPECT(clear_cache)
STANDINGS_INSPECT(refresh_users, x.user_ids)
STANDINGS_INSPECT(refresh_all)
STANDINGS_INSPECT(verify_cache)
STANDINGS_INSPECT(stop_waiting)
STANDINGS_INSPECT(rebuild_report, x.users, x.swept, x.duration)
STANDINGS_INSPECT(load_page, x.after, x.limit)
STANDINGS_INSPECT(page_loaded, x.users, x.last, x.done)
STANDINGS_INSPECT(begin_rebuild, x.anew)
STANDINGS_INSPECT(finish_rebuild)
STANDINGS_INSPECT(get_hydration_status)
STANDINGS_INSPECT(hydration_status, x.running, x.complete, x.cache_reachable, x.database_reachable,
                  x.pending, x.loaded, x.total, x.rebuilds, x.last_error)
STANDINGS_INSPECT(reset_period, x.board)
STANDINGS_INSPECT(reset_report, x.board, x.started_at)
STANDINGS_INSPECT(child_status, x.name, x.state, x.restarts, x.last_error)
STANDINGS_INSPECT(component_status, x.workers, x.gauges)
STANDINGS_INSPECT(get_status)
STANDINGS_INSPECT(health_report, x.ready, x.degraded, x.children, x.workers, x.gauges, x.hydration)
STANDINGS_INSPECT(restart_child, x.index, x.incarnation)
STANDINGS_INSPECT(worker_ready, x.index)
STANDINGS_INSPECT(tick, x.round)

#undef STANDINGS_INSPECT

} // namespace standings
