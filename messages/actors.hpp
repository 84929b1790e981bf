#pragma once

#include "messages/aliases.hpp"
#include "messages/error.hpp"
#include "messages/leaderboard.hpp"
#include "messages/leaderboards.hpp"
#include "messages/reconcile.hpp"
#include "messages/sessions.hpp"

#include <caf/actor.hpp>
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

/// The public interfaces of the service's actors. Any request may be answered with an error of
/// standings::errc instead; errors are listed where callers distinguish them. The messages between
/// fronts and their workers are in messages/internal/.
namespace standings {

/// The interface of every feature: reports the state of its workers.
using status_actor = caf::typed_actor<caf::replies_to<get_status>::with<component_status>>;

/// Shards increments by user and commits them in groups.
using scoring_actor = caf::typed_actor<
    // Replies with one outcome per increment, in order; a bad increment fails alone.
    caf::replies_to<update_scores>::with<std::vector<update_outcome>>,
    // Deletes a user in both stores, after that user's earlier increments.
    caf::replies_to<remove_user>::with<bool>,
    // Queue lengths and the state of the writers.
    caf::replies_to<get_status>::with<component_status>>;

/// Fills the cache from the database, and reads the database for callers that must not wait for it.
using hydration_actor = caf::typed_actor<
    // Loads one user into the cache; simultaneous misses share one load. Error: unknown_user.
    caf::replies_to<load_user>::with<cached_user>,
    // Loads those of the users that exist into the cache.
    caf::replies_to<load_users>::with<bool>,
    // Reads one user directly from the database. Error: unknown_user.
    caf::replies_to<read_user>::with<user_record>,
    // Reads a window of a board directly from the database; equal concurrent requests share a
    // query.
    caf::replies_to<read_board>::with<board_page>,
    // The number of users in the database.
    caf::replies_to<count_users>::with<std::uint64_t>,
    // Full rebuild of the cache. Error: run_in_progress.
    caf::replies_to<rebuild_cache>::with<rebuild_report>,
    // Answers once the cache is complete, starting or joining a rebuild if it is not.
    caf::replies_to<ensure_complete>::with<bool>,
    // Removes our keys from the cache; the next access reloads them.
    caf::replies_to<clear_cache>::with<bool>,
    // The cache missed the newest states of these users; they are loaded until it has them.
    caf::reacts_to<refresh_users>,
    // Requests that wait for a rebuild are answered shutting_down.
    caf::reacts_to<stop_waiting>,
    // The cache missed a deletion and must be rebuilt.
    caf::reacts_to<refresh_all>,
    // The progress of the rebuild.
    caf::replies_to<get_hydration_status>::with<hydration_status>,
    // The state of the workers.
    caf::replies_to<get_status>::with<component_status>>;

/// The named leaderboards: their settings, and what their caches lack. All answer
/// unknown_leaderboard for one that does not exist or is archived.
using leaderboards_actor = caf::typed_actor<
    // Makes a leaderboard, or changes its settings. Errors: out_of_range, invalid_leaderboard_id,
    // quota_exceeded.
    caf::replies_to<save_leaderboard>::with<leaderboard_info>,
    // Whether one that is known in this process is still there; brings its settings up to date.
    caf::replies_to<look_at_leaderboard>::with<bool>,
    // Its settings; brings its periods up to date.
    caf::replies_to<describe_leaderboard>::with<leaderboard_info>,
    // Makes those that do not exist, and describes all. Error: quota_exceeded.
    caf::replies_to<make_leaderboards>::with<std::vector<leaderboard_info>>,
    // By id, those that are not archived, or those that are.
    caf::replies_to<list_leaderboards>::with<std::vector<leaderboard_info>>,
    // Hides a leaderboard; its rows stay for 30 days.
    caf::replies_to<archive_leaderboard>::with<bool>,
    // Undoes that.
    caf::replies_to<restore_leaderboard>::with<leaderboard_info>,
    // How many users it has in both stores.
    caf::replies_to<count_leaderboard>::with<leaderboard_counts>,
    // Answers once the cache is complete; simultaneous requests share one load.
    caf::replies_to<load_leaderboard>::with<leaderboard_loaded>,
    // Loads one user into the cache. Error: unknown_user.
    caf::replies_to<load_named_user>::with<cached_user>,
    // Loads those of the users that exist into the cache.
    caf::replies_to<load_named_users>::with<bool>,
    // Reads one user directly from the database. Error: unknown_user.
    caf::replies_to<read_named_user>::with<user_record>,
    // Reads a window of a board directly from the database.
    caf::replies_to<read_named_board>::with<board_page>,
    // Restarts a period in both stores.
    caf::replies_to<reset_named_period>::with<reset_report>,
    // Compares their caches with the database. Simultaneous requests share one comparison.
    caf::replies_to<compare_caches>::with<caches_compared>,
    // What users carry.
    caf::replies_to<set_user_metadata>::with<bool>,
    caf::replies_to<read_user_metadata>::with<user_metadata>,
    // The ended periods of a board, and such a board. Error: unknown_period.
    caf::replies_to<list_past_periods>::with<std::vector<past_period>>,
    caf::replies_to<read_past_board>::with<past_board>,
    // The cache has missed something; it is loaded anew.
    caf::reacts_to<cache_missed>,
    // The state of the workers.
    caf::replies_to<get_status>::with<component_status>,
    // Waiting requests are answered shutting_down.
    caf::reacts_to<stop_waiting>>;

/// Rolls periods over in both stores, and zeroes expired scores in the database.
using period_clock_actor = caf::typed_actor<
    // Restarts a period in both stores: every user stays, with score 0.
    caf::replies_to<reset_period>::with<reset_report>>;

/// Compares cache and database, once an interval and on request.
using reconcile_actor = caf::typed_actor<
    // Starts a run; replies when it has ended, or at once if `wait` is off. Error: run_in_progress.
    caf::replies_to<start_run>::with<run_report>,
    // Turns on periodic runs on the leading instance.
    caf::replies_to<start_timer>::with<bool>,
    // Turns off periodic runs; one under way continues.
    caf::replies_to<stop_timer>::with<bool>,
    caf::replies_to<get_reconcile_status>::with<reconcile_status>,
    // The last runs of all instances, newest first.
    caf::replies_to<list_runs>::with<std::vector<run_report>>,
    // The users that the last run could not reconcile.
    caf::replies_to<list_quarantine>::with<std::vector<quarantined_user>>,
    // Restores the users that a run has deleted. Error: unknown_run.
    caf::replies_to<undo_run>::with<undo_report>,
    // The events in which the database went back, newest first.
    caf::replies_to<list_events>::with<std::vector<history_event>>,
    // Restores what the cache had at an event. Error: unknown_run.
    caf::replies_to<recover_event>::with<recover_report>,
    // Tests with users of its own that changes reach the other store.
    caf::replies_to<self_check>::with<std::vector<self_check_step>>,
    // The state of the workers.
    caf::replies_to<get_status>::with<component_status>,
    // Waiting requests are answered shutting_down.
    caf::reacts_to<stop_waiting>>;

/// Restarts children; see actors/supervision/supervisor.hpp.
using supervisor_actor = caf::typed_actor<
    // One entry per child, in start order.
    caf::replies_to<get_status>::with<component_status>>;

/// Aggregates the status of all actors.
using health_actor = caf::typed_actor<
    // Replies within a second, even if some actors do not answer.
    caf::replies_to<get_status>::with<health_report>,
    // Replies within a tenth of a second.
    caf::replies_to<get_prompt_status>::with<health_report>>;

/// The HTTP server's life cycle; it takes no requests and is stopped by an exit message.
using http_ingress_actor = caf::typed_actor<
    // The server's listening thread has ended by itself.
    caf::reacts_to<listener_ended>>;

/// Mirrors the source's aliases into the cache, and resolves names. If the mirror is switched off
/// by configuration, requests are answered feature_disabled.
using alias_mirror_actor = caf::typed_actor<
    // Runs a cycle that starts after this request; concurrent requests share it.
    caf::replies_to<sync_aliases>::with<alias_cycle>,
    // Turns on periodic cycles, the first at once.
    caf::replies_to<start_aliases>::with<bool>,
    // Turns off periodic cycles.
    caf::replies_to<stop_aliases>::with<bool>,
    // Succeeds once a full cycle has run, so that a cache miss proves an alias unknown. Error:
    // cache_warming.
    caf::replies_to<ensure_aliases>::with<bool>,
    // Its state and latest cycles; answered even if it is disabled.
    caf::replies_to<get_aliases_status>::with<aliases_status>,
    // The ids behind both names; equal concurrent requests share a look-up. Errors: unknown_alias,
    // cache_warming, overloaded.
    caf::replies_to<resolve_names>::with<resolved_names>,
    // The state of the workers.
    caf::replies_to<get_status>::with<component_status>,
    // Requests that wait for a cycle are answered shutting_down.
    caf::reacts_to<stop_waiting>>;

/// Copies the sessions that another application writes to the database. If it is switched off,
/// everything but the status is answered feature_disabled.
using session_sync_actor = caf::typed_actor<
    // Runs a full sync that starts after this request; replies when it has ended. Error:
    // overloaded.
    caf::replies_to<sync_all_sessions>::with<full_sync_report>,
    // Syncs one session at once. Errors: unknown_session, invalid_session, overloaded.
    caf::replies_to<sync_session>::with<sessions_synced>,
    // Compares a page of source and database. Error: out_of_range for the cursor.
    caf::replies_to<compare_sessions>::with<session_comparison>,
    // Its state and counters.
    caf::replies_to<get_sessions_status>::with<sessions_status>,
    // The state of the workers.
    caf::replies_to<get_status>::with<component_status>,
    // Requests that wait for a full sync are answered shutting_down.
    caf::reacts_to<stop_waiting>>;

} // namespace standings
