#pragma once

#include "messages/internal/supervision.hpp"
#include "messages/leaderboards.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// Messages between the front of the named leaderboards and its workers.
namespace standings {

/// Looks after leaderboards that were used: notes it, and brings settings and periods up to date.
struct refresh_leaderboards {
  std::vector<std::string> ids;
};

/// Brings the settings of leaderboards on the shelf up to date, which is no use of them; replies
/// with leaderboards_there.
struct look_at_leaderboards {
  std::vector<std::string> ids;
};

/// Those that have not been archived.
struct leaderboards_there {
  std::vector<std::string> ids;
};

/// The caches take more memory than they may.
struct shrink_caches {};

/// The leaderboards that were used last, the last one first.
struct find_recent {
  std::uint64_t limit = 0;
};

/// Loads a leaderboard that was used last at that time into the cache, which is no use of it.
struct warm_leaderboard {
  std::string id;
  sys_time last_used_at{};
};

/// Deletes some of what nobody needs any more; replies with how much.
struct tidy_leaderboards {};

/// Compares one page of a leaderboard; replies with a compared_page.
struct compare_page {
  std::string id;
  std::string after;
};

/// The next page of a comparison is due.
struct compare_due {};

/// It is time for the next step of a look after those in use.
struct refresh_due {};

/// It is time to load the next cache after a start.
struct warm_due {};

/// The next page of a load is due.
struct load_step_due {};

/// Brings rows that other programs have changed to the caches, beginning after a user.
struct carry_scores {
  std::int64_t number = 0; ///< of the leaderboard
  std::string user_id;
};

/// How many, where the next call goes on, and whether it should at once.
struct scores_carried {
  std::uint64_t users = 0;
  carry_scores next;
  bool more = false;
};

STANDINGS_INSPECT(refresh_leaderboards, x.ids)
STANDINGS_INSPECT(look_at_leaderboards, x.ids)
STANDINGS_INSPECT(leaderboards_there, x.ids)
STANDINGS_INSPECT(shrink_caches)
STANDINGS_INSPECT(find_recent, x.limit)
STANDINGS_INSPECT(warm_leaderboard, x.id, x.last_used_at)
STANDINGS_INSPECT(tidy_leaderboards)
STANDINGS_INSPECT(load_step_due)
STANDINGS_INSPECT(compare_page, x.id, x.after)
STANDINGS_INSPECT(carry_scores, x.number, x.user_id)
STANDINGS_INSPECT(scores_carried, x.users, x.next, x.more)
STANDINGS_INSPECT(compare_due)
STANDINGS_INSPECT(refresh_due)
STANDINGS_INSPECT(warm_due)
STANDINGS_INSPECT(compared_page, x.users, x.differing, x.on_boards, x.members, x.next, x.skipped)

} // namespace standings

CAF_BEGIN_TYPE_ID_BLOCK(standings_internal_leaderboards,
                        standings::id_blocks::internal_leaderboards)

CAF_ADD_TYPE_ID(standings_internal_leaderboards, (standings::refresh_leaderboards))
CAF_ADD_TYPE_ID(standings_internal_leaderboards, (standings::look_at_leaderboards))
CAF_ADD_TYPE_ID(standings_internal_leaderboards, (standings::leaderboards_there))
CAF_ADD_TYPE_ID(standings_internal_leaderboards, (standings::shrink_caches))
CAF_ADD_TYPE_ID(standings_internal_leaderboards, (standings::find_recent))
CAF_ADD_TYPE_ID(standings_internal_leaderboards, (standings::warm_leaderboard))
CAF_ADD_TYPE_ID(standings_internal_leaderboards, (standings::tidy_leaderboards))
CAF_ADD_TYPE_ID(standings_internal_leaderboards, (standings::load_step_due))

CAF_ADD_TYPE_ID(standings_internal_leaderboards, (standings::compare_page))
CAF_ADD_TYPE_ID(standings_internal_leaderboards, (standings::compare_due))
CAF_ADD_TYPE_ID(standings_internal_leaderboards, (standings::refresh_due))
CAF_ADD_TYPE_ID(standings_internal_leaderboards, (standings::warm_due))
CAF_ADD_TYPE_ID(standings_internal_leaderboards, (standings::compared_page))
CAF_ADD_TYPE_ID(standings_internal_leaderboards, (standings::carry_scores))
CAF_ADD_TYPE_ID(standings_internal_leaderboards, (standings::scores_carried))

CAF_END_TYPE_ID_BLOCK(standings_internal_leaderboards)

static_assert(standings::id_blocks::fits<caf::id_block::standings_internal_leaderboards>);

namespace standings {

/// Owns one database connection; blocking.
using leaderboards_worker_actor = caf::typed_actor<
    // See leaderboards_actor.
    caf::replies_to<save_leaderboard>::with<leaderboard_info>,
    caf::replies_to<describe_leaderboard>::with<leaderboard_info>,
    caf::replies_to<make_leaderboards>::with<std::vector<leaderboard_info>>,
    caf::replies_to<list_leaderboards>::with<std::vector<leaderboard_info>>,
    caf::replies_to<archive_leaderboard>::with<bool>,
    caf::replies_to<restore_leaderboard>::with<leaderboard_info>,
    caf::replies_to<count_leaderboard>::with<leaderboard_counts>,
    caf::replies_to<load_leaderboard>::with<leaderboard_loaded>,
    caf::replies_to<load_named_user>::with<cached_user>,
    caf::replies_to<load_named_users>::with<bool>,
    caf::replies_to<read_named_user>::with<user_record>,
    caf::replies_to<read_named_board>::with<board_page>,
    caf::replies_to<reset_named_period>::with<reset_report>,
    caf::replies_to<compare_page>::with<compared_page>,
    caf::replies_to<set_user_metadata>::with<bool>,
    caf::replies_to<read_user_metadata>::with<user_metadata>,
    caf::replies_to<list_past_periods>::with<std::vector<past_period>>,
    caf::replies_to<read_past_board>::with<past_board>,
    caf::replies_to<look_at_leaderboards>::with<leaderboards_there>,
    caf::replies_to<refresh_leaderboards>::with<bool>,
    caf::replies_to<find_recent>::with<std::vector<leaderboard_info>>,
    // Error: overloaded, if there is no room.
    caf::replies_to<warm_leaderboard>::with<leaderboard_loaded>, caf::reacts_to<shrink_caches>,
    caf::replies_to<tidy_leaderboards>::with<std::uint64_t>,
    caf::replies_to<carry_scores>::with<scores_carried>,
    // The next page of a load.
    caf::reacts_to<load_step_due>>;

/// The named leaderboards with their internal messages.
using leaderboards_front_actor = leaderboards_actor::extend_with<worker_events_actor>::extend<
    // The next page of a comparison is due.
    caf::reacts_to<compare_due>, caf::reacts_to<refresh_due>, caf::reacts_to<warm_due>,
    // The periodic look after those in use is due.
    caf::reacts_to<look_due>>;

} // namespace standings
