#pragma once

#include "messages/board.hpp"
#include "messages/error.hpp"
#include "messages/requests.hpp"
#include "messages/sessions.hpp"

#include <caf/actor.hpp>
#include <caf/replies_to.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

/// Every typed-actor interface of the service. Any request may be answered with
/// an error of standings::errc instead; it is named where it means something.
namespace standings {

/// Owns one database and one cache connection; blocking.
using score_writer_actor = caf::typed_actor<
    // INTERNAL. Applies the increments: durable first, then to the cache. An
    // outcome each, in order. If the store was lost, answers all the same and ends.
    caf::replies_to<update_scores>::with<std::vector<update_outcome>>,
    // INTERNAL. Deletes in both stores, archived. Error: unknown_user.
    caf::replies_to<remove_user>::with<bool>>;

/// Shards increments by user and commits them in groups.
using scoring_actor = caf::typed_actor<
    // An outcome each, in order; one bad increment fails alone.
    caf::replies_to<update_scores>::with<std::vector<update_outcome>>,
    // Deletes a user in both stores, after that user's earlier increments.
    caf::replies_to<remove_user>::with<bool>,
    // Queue lengths and the state of the writers.
    caf::replies_to<get_status>::with<component_status>,
    // INTERNAL. A writer has its connection.
    caf::reacts_to<worker_ready>,
    // INTERNAL. A writer's back-off is over.
    caf::reacts_to<restart_child>,
    // INTERNAL. Time to answer what has waited too long for a writer.
    caf::reacts_to<tick>>;

/// Owns one database connection; blocking.
using hydration_worker_actor = caf::typed_actor<
    // INTERNAL. Database to cache, one user. Error: unknown_user.
    caf::replies_to<load_user>::with<cached_user>,
    // INTERNAL. Database only. Error: unknown_user.
    caf::replies_to<read_user>::with<user_record>,
    // INTERNAL. Database only.
    caf::replies_to<read_board>::with<board_page>,
    // INTERNAL. The number of users in the database.
    caf::replies_to<count_users>::with<std::uint64_t>,
    // INTERNAL. Starts a rebuild; answers the number of users to expect.
    caf::replies_to<begin_rebuild>::with<std::uint64_t>,
    // INTERNAL. Database to cache, one page.
    caf::replies_to<load_page>::with<page_loaded>,
    // INTERNAL. Ends a rebuild; answers how many cached users were swept.
    caf::replies_to<finish_rebuild>::with<std::uint64_t>,
    // INTERNAL. Database to cache, some users.
    caf::replies_to<refresh_users>::with<bool>,
    // INTERNAL. Empties the cache.
    caf::replies_to<clear_cache>::with<bool>,
    // INTERNAL. Whether the cache is complete, after a look.
    caf::replies_to<verify_cache>::with<bool>>;

/// Fills the cache from the database, and reads the database for those who may not wait for it.
using hydration_actor = caf::typed_actor<
    // Loads one user into the cache; simultaneous misses share one load. Error: unknown_user.
    caf::replies_to<load_user>::with<cached_user>,
    // One user straight from the database. Error: unknown_user.
    caf::replies_to<read_user>::with<user_record>,
    // A window of a board straight from the database; equal simultaneous questions share one query.
    caf::replies_to<read_board>::with<board_page>,
    // The number of users in the database.
    caf::replies_to<count_users>::with<std::uint64_t>,
    // Full rebuild of the cache. Error: run_in_progress.
    caf::replies_to<rebuild_cache>::with<rebuild_report>,
    // Answers once the cache is complete, starting or joining a rebuild if it is not.
    caf::replies_to<ensure_complete>::with<bool>,
    // Empties the cache of our keys; the next access reloads.
    caf::replies_to<clear_cache>::with<bool>,
    // The cache missed these users; they are brought to it until it has them.
    caf::reacts_to<refresh_users>,
    // Whoever waits for a rebuild is answered shutting_down.
    caf::reacts_to<stop_waiting>,
    // The cache missed a deletion; it is rebuilt.
    caf::reacts_to<refresh_all>,
    // How far the rebuild is.
    caf::replies_to<hydration_progress>::with<hydration_progress>,
    // The state of the workers.
    caf::replies_to<get_status>::with<component_status>,
    // INTERNAL. A worker has its connection.
    caf::reacts_to<worker_ready>,
    // INTERNAL. A worker's back-off is over.
    caf::reacts_to<restart_child>,
    // INTERNAL. Time to look after the cache.
    caf::reacts_to<tick>>;

/// Rolls periods over in both stores, and tidies the database behind them.
using period_clock_actor = caf::typed_actor<
    // Starts a period anew in both stores: every user stays, with 0.
    caf::replies_to<reset_period>::with<reset_report>,
    // INTERNAL. Looks for a passed boundary; tidies a batch of rows.
    caf::reacts_to<tick>>;

/// Restarts children; see actors/supervisor.hpp.
using supervisor_actor = caf::typed_actor<
    // One entry per child, in start order.
    caf::replies_to<get_status>::with<component_status>,
    // INTERNAL. A child's back-off or parking is over.
    caf::reacts_to<restart_child>,
    // INTERNAL. A child has not stopped in time.
    caf::reacts_to<tick>>;

/// Gathers what everybody says of themselves.
using health_actor = caf::typed_actor<
    // Answers within a second, whoever does not.
    caf::replies_to<get_status>::with<health_report>>;

/// The HTTP server's life cycle; nothing is asked of it but to stop.
using http_ingress_actor = caf::typed_actor<
    // INTERNAL. The server's listening thread has ended by itself.
    caf::reacts_to<tick>>;

// -- session sync ----------------------------------------------------------------

/// Owns one connection to the source and one to the database; blocking.
using session_worker_actor = caf::typed_actor<
    // INTERNAL. Brings these sessions to the database.
    caf::replies_to<sync_sessions>::with<sessions_synced>,
    // INTERNAL. Brings a page of the source.
    caf::replies_to<sync_page>::with<page_synced>,
    // INTERNAL. Compares a page; changes nothing. Error: out_of_range.
    caf::replies_to<compare_sessions>::with<session_comparison>>;

/// Listens to the source; blocking. Nothing is asked of it.
using key_listener_actor = caf::typed_actor<
    // INTERNAL. Time to listen on.
    caf::reacts_to<tick>>;

/// Brings the sessions that another application writes to the database. Where it
/// is switched off, all but the status is answered not_enabled.
using session_sync_actor = caf::typed_actor<
    // Answers when a full sync that starts from now on has ended. Error: overloaded.
    caf::replies_to<sync_all_sessions>::with<full_sync_report>,
    // One session, at once. Errors: unknown_session, invalid_session, overloaded.
    caf::replies_to<sync_session>::with<sessions_synced>,
    // A page of the comparison of the two sides. Error: out_of_range for the cursor.
    caf::replies_to<compare_sessions>::with<session_comparison>,
    // How it stands.
    caf::replies_to<sessions_status>::with<sessions_report>,
    // The state of the workers.
    caf::replies_to<get_status>::with<component_status>,
    // Whoever waits for a full sync is answered shutting_down.
    caf::reacts_to<stop_waiting>,
    // INTERNAL. Sessions to look at; answered when they are noted.
    caf::replies_to<session_hints>::with<bool>,
    // INTERNAL. The listener has subscribed, or looked after its subscription.
    caf::reacts_to<listener_state>,
    // INTERNAL. A worker has its connections.
    caf::reacts_to<worker_ready>,
    // INTERNAL. A child's back-off is over.
    caf::reacts_to<restart_child>,
    // INTERNAL. Time to look whether a full sync is due, or to try again.
    caf::reacts_to<tick>>;

} // namespace standings

CAF_BEGIN_TYPE_ID_BLOCK(standings, caf::first_custom_type_id)

CAF_ADD_TYPE_ID(standings, (standings::errc))
CAF_ADD_TYPE_ID(standings, (standings::period))
CAF_ADD_TYPE_ID(standings, (standings::scores))
CAF_ADD_TYPE_ID(standings, (standings::sys_time))
CAF_ADD_TYPE_ID(standings, (standings::user_record))
CAF_ADD_TYPE_ID(standings, (standings::score_update))
CAF_ADD_TYPE_ID(standings, (standings::cached_user))
CAF_ADD_TYPE_ID(standings, (standings::board_entry))
CAF_ADD_TYPE_ID(standings, (standings::board_page))
CAF_ADD_TYPE_ID(standings, (standings::update_outcome))
CAF_ADD_TYPE_ID(standings, (std::vector<standings::update_outcome>))
CAF_ADD_TYPE_ID(standings, (standings::update_scores))
CAF_ADD_TYPE_ID(standings, (standings::remove_user))
CAF_ADD_TYPE_ID(standings, (standings::load_user))
CAF_ADD_TYPE_ID(standings, (standings::read_user))
CAF_ADD_TYPE_ID(standings, (standings::read_board))
CAF_ADD_TYPE_ID(standings, (standings::count_users))
CAF_ADD_TYPE_ID(standings, (standings::rebuild_cache))
CAF_ADD_TYPE_ID(standings, (standings::ensure_complete))
CAF_ADD_TYPE_ID(standings, (standings::clear_cache))
CAF_ADD_TYPE_ID(standings, (standings::refresh_users))
CAF_ADD_TYPE_ID(standings, (standings::refresh_all))
CAF_ADD_TYPE_ID(standings, (standings::verify_cache))
CAF_ADD_TYPE_ID(standings, (standings::stop_waiting))
CAF_ADD_TYPE_ID(standings, (standings::rebuild_report))
CAF_ADD_TYPE_ID(standings, (standings::load_page))
CAF_ADD_TYPE_ID(standings, (standings::page_loaded))
CAF_ADD_TYPE_ID(standings, (standings::begin_rebuild))
CAF_ADD_TYPE_ID(standings, (standings::finish_rebuild))
CAF_ADD_TYPE_ID(standings, (standings::hydration_progress))
CAF_ADD_TYPE_ID(standings, (standings::reset_period))
CAF_ADD_TYPE_ID(standings, (standings::reset_report))
CAF_ADD_TYPE_ID(standings, (standings::child_state))
CAF_ADD_TYPE_ID(standings, (standings::child_status))
CAF_ADD_TYPE_ID(standings, (standings::component_status))
CAF_ADD_TYPE_ID(standings, (standings::get_status))
CAF_ADD_TYPE_ID(standings, (standings::health_report))
CAF_ADD_TYPE_ID(standings, (standings::restart_child))
CAF_ADD_TYPE_ID(standings, (standings::worker_ready))
CAF_ADD_TYPE_ID(standings, (standings::tick))
CAF_ADD_TYPE_ID(standings, (standings::sessions_synced))
CAF_ADD_TYPE_ID(standings, (standings::sync_all_sessions))
CAF_ADD_TYPE_ID(standings, (standings::full_sync_report))
CAF_ADD_TYPE_ID(standings, (standings::sync_session))
CAF_ADD_TYPE_ID(standings, (standings::compare_sessions))
CAF_ADD_TYPE_ID(standings, (standings::session_comparison))
CAF_ADD_TYPE_ID(standings, (standings::sessions_status))
CAF_ADD_TYPE_ID(standings, (standings::sessions_report))
CAF_ADD_TYPE_ID(standings, (standings::session_hints))
CAF_ADD_TYPE_ID(standings, (standings::listener_state))
CAF_ADD_TYPE_ID(standings, (standings::sync_sessions))
CAF_ADD_TYPE_ID(standings, (standings::sync_page))
CAF_ADD_TYPE_ID(standings, (standings::page_synced))

CAF_END_TYPE_ID_BLOCK(standings)
