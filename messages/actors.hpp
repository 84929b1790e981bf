#pragma once

#include "messages/aliases.hpp"
#include "messages/error.hpp"
#include "messages/leaderboard.hpp"
#include "messages/reconcile.hpp"
#include "messages/sessions.hpp"

#include <caf/actor.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

/// What each actor of the service can be asked: its face. Any request may be answered with an
/// error of standings::errc instead; it is named where it means something. What fronts and their
/// workers tell each other is in messages/internal/.
namespace standings {

/// What every feature can be asked: the state of its workers.
using status_actor = caf::typed_actor<caf::replies_to<get_status>::with<component_status>>;

/// Shards increments by user and commits them in groups.
using scoring_actor = caf::typed_actor<
    // An outcome each, in order; one bad increment fails alone.
    caf::replies_to<update_scores>::with<std::vector<update_outcome>>,
    // Deletes a user in both stores, after that user's earlier increments.
    caf::replies_to<remove_user>::with<bool>,
    // Queue lengths and the state of the writers.
    caf::replies_to<get_status>::with<component_status>>;

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
    caf::replies_to<get_hydration_status>::with<hydration_status>,
    // The state of the workers.
    caf::replies_to<get_status>::with<component_status>>;

/// Rolls periods over in both stores, and tidies the database behind them.
using period_clock_actor = caf::typed_actor<
    // Starts a period anew in both stores: every user stays, with 0.
    caf::replies_to<reset_period>::with<reset_report>>;

/// Compares cache and database, once an interval and on request.
using reconcile_actor = caf::typed_actor<
    // Starts a run; answers when it has ended, or at once. Error: run_in_progress.
    caf::replies_to<start_run>::with<run_report>,
    // Runs every interval from now on, on whichever instance leads.
    caf::replies_to<start_timer>::with<bool>,
    // No more runs but on request; one under way goes on.
    caf::replies_to<stop_timer>::with<bool>,
    caf::replies_to<get_reconcile_status>::with<reconcile_status>,
    // The last runs of all instances, newest first.
    caf::replies_to<list_runs>::with<std::vector<run_report>>,
    // Users whom the last run could not settle.
    caf::replies_to<list_quarantine>::with<std::vector<quarantined_user>>,
    // Brings back whom a run has deleted. Error: unknown_run.
    caf::replies_to<undo_run>::with<undo_report>,
    // The events in which the database went back, newest first.
    caf::replies_to<list_events>::with<std::vector<history_event>>,
    // Brings back what the cache had in an event. Error: unknown_run.
    caf::replies_to<recover_event>::with<recover_report>,
    // Proves on users of its own that changes travel.
    caf::replies_to<self_check>::with<std::vector<self_check_step>>,
    // The state of the workers.
    caf::replies_to<get_status>::with<component_status>,
    // Whoever waits is answered shutting_down.
    caf::reacts_to<stop_waiting>>;

/// Restarts children; see actors/supervision/supervisor.hpp.
using supervisor_actor = caf::typed_actor<
    // One entry per child, in start order.
    caf::replies_to<get_status>::with<component_status>>;

/// Gathers what everybody says of themselves.
using health_actor = caf::typed_actor<
    // Answers within a second, whoever does not.
    caf::replies_to<get_status>::with<health_report>>;

/// The HTTP server's life cycle; nothing is asked of it but to stop.
using http_ingress_actor = caf::typed_actor<
    // The server's listening thread has ended by itself.
    caf::reacts_to<listener_ended>>;

/// Keeps the cache's aliases as the source has them, and resolves names. Each request may be
/// answered feature_disabled where the configuration has switched the mirror off.
using alias_mirror_actor = caf::typed_actor<
    // A cycle that starts after this request; simultaneous ones share it.
    caf::replies_to<sync_aliases>::with<alias_cycle>,
    // Periodic cycles from now on, the first at once.
    caf::replies_to<start_aliases>::with<bool>,
    // No periodic cycles until they are started again.
    caf::replies_to<stop_aliases>::with<bool>,
    // True once a cycle has ended: what the cache lacks is unknown. Error: cache_warming.
    caf::replies_to<ensure_aliases>::with<bool>,
    // Whether it runs, and its latest cycles; answered also while it is disabled.
    caf::replies_to<get_aliases_status>::with<aliases_status>,
    // The ids behind both names; equal simultaneous questions share one look-up. Error:
    // unknown_alias, cache_warming, overloaded.
    caf::replies_to<resolve_names>::with<resolved_names>,
    // The state of the workers.
    caf::replies_to<get_status>::with<component_status>,
    // Whoever waits for a cycle is answered shutting_down.
    caf::reacts_to<stop_waiting>>;

/// Brings the sessions that another application writes to the database. Where it
/// is switched off, all but the status is answered feature_disabled.
using session_sync_actor = caf::typed_actor<
    // Answers when a full sync that starts from now on has ended. Error: overloaded.
    caf::replies_to<sync_all_sessions>::with<full_sync_report>,
    // One session, at once. Errors: unknown_session, invalid_session, overloaded.
    caf::replies_to<sync_session>::with<sessions_synced>,
    // A page of the comparison of the two sides. Error: out_of_range for the cursor.
    caf::replies_to<compare_sessions>::with<session_comparison>,
    // How it stands.
    caf::replies_to<get_sessions_status>::with<sessions_status>,
    // The state of the workers.
    caf::replies_to<get_status>::with<component_status>,
    // Whoever waits for a full sync is answered shutting_down.
    caf::reacts_to<stop_waiting>>;

} // namespace standings
