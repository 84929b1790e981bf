#pragma once

#include "core/leaderboard/cache_comparison.hpp"
#include "core/leaderboard/leaderboard_settings.hpp"
#include "core/leaderboard/past_period.hpp"
#include "messages/leaderboard.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// Requests about named leaderboards and their replies.
namespace standings {

/// A leaderboard as those who use it see it.
struct leaderboard_info {
  std::string id;
  leaderboard_settings settings;
  sys_time created_at{};
  sys_time last_used_at{};
  bool created = false;   ///< by the request that this answers
  sys_time archived_at{}; ///< the epoch: it is not archived
};

/// Makes a leaderboard or changes its settings; `settings` is a JSON object with those to be set.
struct save_leaderboard {
  std::string id;
  std::string settings;
  std::string request_id{};
  std::string tenant{}; ///< if it asks for one that does not see feeds of others: these stay
};

/// Whether a leaderboard that has been idle in this process is still there, and what it has become:
/// another one may have changed or archived it.
struct look_at_leaderboard {
  std::string id;
};

struct describe_leaderboard {
  std::string id;
};

/// Makes those of these leaderboards that do not exist, with default settings; all or none.
struct make_leaderboards {
  std::vector<std::string> ids;
  std::string request_id{};
};

/// The ids after `after`, of one tenant unless it is empty; those that are archived, or those that
/// are not.
struct list_leaderboards {
  std::string tenant;
  std::string after;
  std::uint64_t limit = 100;
  bool archived = false;
};

struct archive_leaderboard {
  std::string id;
  std::string request_id{};
};

struct restore_leaderboard {
  std::string id;
  std::string request_id{};
};

/// How many users a leaderboard has, in the database and on each board of the cache.
struct leaderboard_counts {
  leaderboard_info of;
  std::uint64_t database_users = 0;
  std::vector<std::uint64_t> members; ///< by period
  bool complete = false;              ///< in the cache
  std::string generation;
  bool cache_connected = false; ///< otherwise the cache could not be asked
};

struct count_leaderboard {
  std::string id;
};

/// Loads a leaderboard into the cache.
struct load_leaderboard {
  std::string id;
  bool anew = false; ///< even if it is there
  std::string request_id{};
  bool cleared = false; ///< with `anew`: what it holds is wrong, and nobody may read it meanwhile
};

struct leaderboard_loaded {
  std::uint64_t users = 0;
  std::chrono::milliseconds duration{0};
};

/// The cache of a leaderboard lacks the newest states of these users; of unknown ones if it names
/// none.
struct cache_missed {
  std::string id;
  std::vector<std::string> user_ids{};
};

/// Compares the caches of all named leaderboards in use with the database; those that differ are
/// loaded anew.
struct compare_caches {
  std::string run_id; ///< for the log
};

/// The same as load_user and the messages that follow it, for a named leaderboard.
struct load_named_user {
  std::string leaderboard;
  load_user user;
};

struct load_named_users {
  std::string leaderboard;
  load_users users;
};

struct read_named_user {
  std::string leaderboard;
  std::string user_id;
};

struct read_named_board {
  std::string leaderboard;
  read_board board;
};

/// Sets what a user carries, a JSON object. Errors: unknown_user.
struct set_user_metadata {
  std::string leaderboard;
  std::string user_id;
  std::string metadata;
  std::string request_id{};
};

/// What these users carry.
struct read_user_metadata {
  std::string leaderboard;
  std::vector<std::string> user_ids;
};

/// The ended periods of a board that are kept, the last one first; `default` names the default
/// leaderboard.
struct list_past_periods {
  std::string leaderboard;
  period board = period::daily;
};

/// A window of the board as the period ended that `at` is in.
struct read_past_board {
  std::string leaderboard;
  period board = period::daily;
  sys_time at{};
  std::uint64_t offset = 0;
  std::uint64_t limit = 10;
};

struct reset_named_period {
  std::string leaderboard;
  period board = period::daily;
  std::string request_id{};
};

STANDINGS_INSPECT(score_rules, x.mode, x.order, x.max_count)
STANDINGS_INSPECT(leaderboard_settings, x.rules, x.time_zone, x.week_start, x.feeds, x.metadata)
STANDINGS_INSPECT(leaderboard_info, x.id, x.settings, x.created_at, x.last_used_at, x.created,
                  x.archived_at)
STANDINGS_INSPECT(save_leaderboard, x.id, x.settings, x.request_id, x.tenant)
STANDINGS_INSPECT(look_at_leaderboard, x.id)
STANDINGS_INSPECT(describe_leaderboard, x.id)
STANDINGS_INSPECT(make_leaderboards, x.ids, x.request_id)
STANDINGS_INSPECT(list_leaderboards, x.tenant, x.after, x.limit, x.archived)
STANDINGS_INSPECT(archive_leaderboard, x.id, x.request_id)
STANDINGS_INSPECT(restore_leaderboard, x.id, x.request_id)
STANDINGS_INSPECT(leaderboard_counts, x.of, x.database_users, x.members, x.complete, x.generation,
                  x.cache_connected)
STANDINGS_INSPECT(count_leaderboard, x.id)
STANDINGS_INSPECT(load_leaderboard, x.id, x.anew, x.request_id, x.cleared)
STANDINGS_INSPECT(leaderboard_loaded, x.users, x.duration)
STANDINGS_INSPECT(cache_missed, x.id, x.user_ids)
STANDINGS_INSPECT(load_named_user, x.leaderboard, x.user)
STANDINGS_INSPECT(load_named_users, x.leaderboard, x.users)
STANDINGS_INSPECT(read_named_user, x.leaderboard, x.user_id)
STANDINGS_INSPECT(read_named_board, x.leaderboard, x.board)
STANDINGS_INSPECT(set_user_metadata, x.leaderboard, x.user_id, x.metadata, x.request_id)
STANDINGS_INSPECT(read_user_metadata, x.leaderboard, x.user_ids)
STANDINGS_INSPECT(compare_caches, x.run_id)
STANDINGS_INSPECT(caches_compared, x.leaderboards, x.users, x.differing, x.failed,
                  x.first_differing)
STANDINGS_INSPECT(past_period, x.started_at, x.ended_at, x.total_users)
STANDINGS_INSPECT(past_entry, x.rank, x.user_id, x.score)
STANDINGS_INSPECT(past_board, x.of, x.entries)
STANDINGS_INSPECT(list_past_periods, x.leaderboard, x.board)
STANDINGS_INSPECT(read_past_board, x.leaderboard, x.board, x.at, x.offset, x.limit)
STANDINGS_INSPECT(reset_named_period, x.leaderboard, x.board, x.request_id)

} // namespace standings

CAF_BEGIN_TYPE_ID_BLOCK(standings_leaderboards, standings::id_blocks::leaderboards)

CAF_ADD_TYPE_ID(standings_leaderboards, (standings::score_rules))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::leaderboard_settings))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::leaderboard_info))
CAF_ADD_TYPE_ID(standings_leaderboards, (std::vector<standings::leaderboard_info>))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::save_leaderboard))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::look_at_leaderboard))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::describe_leaderboard))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::make_leaderboards))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::list_leaderboards))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::archive_leaderboard))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::restore_leaderboard))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::leaderboard_counts))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::count_leaderboard))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::load_leaderboard))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::leaderboard_loaded))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::cache_missed))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::load_named_user))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::load_named_users))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::read_named_user))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::read_named_board))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::reset_named_period))

CAF_ADD_TYPE_ID(standings_leaderboards, (standings::set_user_metadata))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::read_user_metadata))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::user_metadata))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::compare_caches))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::caches_compared))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::past_period))
CAF_ADD_TYPE_ID(standings_leaderboards, (std::vector<standings::past_period>))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::past_entry))
CAF_ADD_TYPE_ID(standings_leaderboards, (std::vector<standings::past_entry>))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::past_board))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::list_past_periods))
CAF_ADD_TYPE_ID(standings_leaderboards, (standings::read_past_board))

CAF_END_TYPE_ID_BLOCK(standings_leaderboards)

static_assert(standings::id_blocks::fits<caf::id_block::standings_leaderboards>);
