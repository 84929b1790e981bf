#pragma once

#include "messages/internal/supervision.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// Between the fronts of the leaderboard and their workers.
namespace standings {

// -- scoring ------------------------------------------------------------------

/// Time to answer what has waited too long for a writer.
struct expiry_due {};

// -- hydration ----------------------------------------------------------------

/// Whether the cache still is complete.
struct verify_cache {};

struct begin_rebuild {
  bool anew = true; ///< else only what a cache may lack that was verified before
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

struct finish_rebuild {};

// -- period clock -------------------------------------------------------------

/// Time to tidy a batch of rows.
struct tidy_due {};

/// The store keeps no old period any more: the zeros behind a boundary may be written.
struct boundary_settled {};

STANDINGS_INSPECT(expiry_due)
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
CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::verify_cache))
CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::begin_rebuild))
CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::load_page))
CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::page_loaded))
CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::finish_rebuild))
CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::tidy_due))
CAF_ADD_TYPE_ID(standings_internal_leaderboard, (standings::boundary_settled))

CAF_END_TYPE_ID_BLOCK(standings_internal_leaderboard)

static_assert(standings::id_blocks::fits<caf::id_block::standings_internal_leaderboard>);

namespace standings {

/// Owns one database and one cache connection; blocking.
using score_writer_actor = caf::typed_actor<
    // Applies the increments: durable first, then to the cache. An
    // outcome each, in order. If the store was lost, answers all the same and ends.
    caf::replies_to<update_scores>::with<std::vector<update_outcome>>,
    // Deletes in both stores, archived. Error: unknown_user.
    caf::replies_to<remove_user>::with<bool>>;

/// Scoring inside.
using scoring_front_actor = scoring_actor::extend_with<worker_events_actor>::extend<
    // Time to answer what has waited too long for a writer.
    caf::reacts_to<expiry_due>,
    // Time to try again what a locked row has kept.
    caf::reacts_to<retry_due>>;

/// Owns one database connection; blocking.
using hydration_worker_actor = caf::typed_actor<
    // Database to cache, one user. Error: unknown_user.
    caf::replies_to<load_user>::with<cached_user>,
    // Database only. Error: unknown_user.
    caf::replies_to<read_user>::with<user_record>,
    // Database only.
    caf::replies_to<read_board>::with<board_page>,
    // The number of users in the database.
    caf::replies_to<count_users>::with<std::uint64_t>,
    // Starts a rebuild; answers the number of users to expect.
    caf::replies_to<begin_rebuild>::with<std::uint64_t>,
    // Database to cache, one page.
    caf::replies_to<load_page>::with<page_loaded>,
    // Ends a rebuild; answers how many cached users were swept.
    caf::replies_to<finish_rebuild>::with<std::uint64_t>,
    // Database to cache, some users.
    caf::replies_to<refresh_users>::with<bool>,
    // Empties the cache.
    caf::replies_to<clear_cache>::with<bool>,
    // Whether the cache is complete, after a look.
    caf::replies_to<verify_cache>::with<bool>>;

/// Hydration inside.
using hydration_front_actor = hydration_actor::extend_with<worker_events_actor>::extend<
    // Time to look after the cache.
    caf::reacts_to<look_due>>;

/// The period clock inside.
using period_clock_worker_actor = period_clock_actor::extend<
    // Time to look for a passed boundary.
    caf::reacts_to<look_due>, caf::reacts_to<tidy_due>, caf::reacts_to<boundary_settled>>;

} // namespace standings
