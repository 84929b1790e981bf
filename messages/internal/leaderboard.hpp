#pragma once

#include "core/leaderboard/entries.hpp"
#include "messages/internal/supervision.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// Messages between the fronts of the leaderboard and their workers.
namespace standings {

// -- scoring ------------------------------------------------------------------

/// Updates that have waited too long for a writer must be answered.
struct expiry_due {};

/// A batch has waited long enough for more updates.
struct batch_due {};

/// All of the batch that this writer has in hand is in the database; while it goes to the cache,
/// the writer takes another one. Not sent if any update of the batch has to be tried again.
struct writer_free {
  std::uint64_t index = 0;
};

/// A batch that is in the database.
struct fill_cache {
  std::vector<score_update> updates;
  std::vector<update_outcome> outcomes;
};

/// The writer has ended: no batch follows.
struct no_more_batches {};

// -- hydration ----------------------------------------------------------------

/// Checks whether the cache is still complete.
struct verify_cache {};

struct begin_rebuild {
  bool anew = true; ///< false: only load what a cache verified before may lack
};

/// Loads a page of a rebuild: the users after `after`, in id order.
struct load_page {
  std::string after;
  std::uint64_t limit = 0;
};

struct page_loaded {
  std::uint64_t users = 0;
  std::string last; ///< the `after` of the next page
  bool done = false;
};

struct finish_rebuild {};

// -- period clock -------------------------------------------------------------

/// The next batch of rows can be tidied.
struct tidy_due {};

/// The store no longer keeps the old period's scores, so expired ones may be zeroed.
struct boundary_settled {};

STANDINGS_INSPECT(expiry_due)
STANDINGS_INSPECT(batch_due)
STANDINGS_INSPECT(writer_free, x.index)
STANDINGS_INSPECT(fill_cache, x.updates, x.outcomes)
STANDINGS_INSPECT(no_more_batches)
STANDINGS_INSPECT(verify_cache)
STANDINGS_INSPECT(begin_rebuild, x.anew)
STANDINGS_INSPECT(load_page, x.after, x.limit)
STANDINGS_INSPECT(page_loaded, x.users, x.last, x.done)
STANDINGS_INSPECT(finish_rebuild)
STANDINGS_INSPECT(tidy_due)
STANDINGS_INSPECT(boundary_settled)

} // namespace standings

CAF_BEGIN_TYPE_ID_BLOCK(standings_internal_leaderboard, standings::id_blocks::internal_leaderboard)

CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::expiry_due))
CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::batch_due))
CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::verify_cache))
CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::begin_rebuild))
CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::load_page))
CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::page_loaded))
CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::finish_rebuild))
CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::tidy_due))
CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::boundary_settled))
CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::writer_free))
CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::fill_cache))
CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::no_more_batches))

CAF_END_TYPE_ID_BLOCK(standings_internal_leaderboard)

static_assert(standings::id_blocks::fits<caf::id_block::standings_internal_leaderboard>);

namespace standings {

/// Owns one database connection; blocking.
using score_writer_actor = caf::typed_actor<
    // Applies the increments: durably first, then to the cache. Replies with one outcome per
    // increment, in order; if the store was lost, it still replies, and then ends. Sends the front
    // writer_free in between.
    caf::replies_to<update_scores>::with<std::vector<update_outcome>>,
    // Deletes the user in both stores, archiving the row. Error: unknown_user.
    caf::replies_to<remove_user>::with<bool>>;

/// Takes what a writer has committed to the cache; blocking.
using cache_filler_actor = caf::typed_actor<
    // Replies with the outcomes, completed.
    caf::replies_to<fill_cache>::with<std::vector<update_outcome>>,
    // Ends, once what came before is done.
    caf::reacts_to<no_more_batches>>;

/// Scoring with its internal messages.
using scoring_front_actor = scoring_actor::extend_with<worker_events_actor>::extend<
    // Updates that have waited too long for a writer must be answered.
    caf::reacts_to<expiry_due>, caf::reacts_to<batch_due>,
    // A writer takes another batch.
    caf::reacts_to<writer_free>,
    // Set-aside updates are retried.
    caf::reacts_to<retry_due>>;

/// Owns one database connection; blocking.
using hydration_worker_actor = caf::typed_actor<
    // Loads one user from the database into the cache. Error: unknown_user.
    caf::replies_to<load_user>::with<cached_user>,
    // Loads those of the users that exist from the database into the cache.
    caf::replies_to<load_users>::with<bool>,
    // Reads one user from the database only. Error: unknown_user.
    caf::replies_to<read_user>::with<user_record>,
    // Reads a window of a board from the database only.
    caf::replies_to<read_board>::with<board_page>,
    // The number of users in the database.
    caf::replies_to<count_users>::with<std::uint64_t>,
    // Starts a rebuild; replies with the number of users to expect.
    caf::replies_to<begin_rebuild>::with<std::uint64_t>,
    // Loads one page from the database into the cache.
    caf::replies_to<load_page>::with<page_loaded>,
    // Completes a rebuild; replies with the number of users removed from the cache.
    caf::replies_to<finish_rebuild>::with<std::uint64_t>,
    // Loads some users from the database into the cache.
    caf::replies_to<refresh_users>::with<bool>,
    // Empties the cache.
    caf::replies_to<clear_cache>::with<bool>,
    // Checks the server and replies whether the cache is complete.
    caf::replies_to<verify_cache>::with<bool>>;

/// Hydration with its internal messages.
using hydration_front_actor = hydration_actor::extend_with<worker_events_actor>::extend<
    // The periodic check of the cache is due.
    caf::reacts_to<look_due>>;

/// The period clock with its internal messages.
using period_clock_worker_actor = period_clock_actor::extend<
    // The next check for a passed boundary is due.
    caf::reacts_to<look_due>, caf::reacts_to<tidy_due>, caf::reacts_to<boundary_settled>>;

} // namespace standings
