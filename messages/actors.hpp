#pragma once

#include "messages/aliases.hpp"
#include "messages/error.hpp"
#include "messages/leaderboard.hpp"
#include "messages/reconcile.hpp"
#include "messages/requests.hpp"
#include "messages/sessions.hpp"

#include <caf/actor.hpp>
#include <caf/replies_to.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

/// Every typed-actor interface of the service. Any request may be answered with
/// an error of standings::errc instead; it is named where it means something.
namespace standings {

/// What every feature can be asked: the state of its workers.
using status_actor = caf::typed_actor<caf::replies_to<get_status>::with<component_status>>;

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
    caf::replies_to<get_hydration_status>::with<hydration_status>,
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

/// Compares and settles users; owns a database connection; blocking.
using reconcile_worker_actor = caf::typed_actor<
    // INTERNAL. What a run will stand on. Error: cache_warming.
    caf::replies_to<prepare_run>::with<run_basis>,
    // INTERNAL. How the users fall into batches.
    caf::replies_to<plan_batches>::with<batch_ends>,
    // INTERNAL. One batch of the database's users.
    caf::replies_to<compare_batch>::with<batch_outcome>,
    // INTERNAL. A page of the cache's users: those that the database scan has not met.
    caf::replies_to<compare_cache_only_users>::with<batch_outcome>,
    // INTERNAL. Some users, outside a run.
    caf::replies_to<compare_users>::with<batch_outcome>,
    // INTERNAL. The sizes of the boards.
    caf::replies_to<count_boards>::with<board_counts>,
    // INTERNAL. Whether the cache is whole, and still that of the generation.
    caf::replies_to<confirm_cache>::with<bool>,
    // INTERNAL. Deletes candidates; answers how many. Error: cache_warming.
    caf::replies_to<delete_users>::with<std::uint64_t>,
    // INTERNAL. Settles what was written during a run; answers up to which version.
    caf::replies_to<verify_changes>::with<std::int64_t>,
    // INTERNAL. Leaves the mark of a complete run in the cache.
    caf::replies_to<mark_verified>::with<bool>,
    // INTERNAL. Brings back whom a run has deleted.
    caf::replies_to<undo_run>::with<undo_report>,
    // INTERNAL. The events in which the database went back.
    caf::replies_to<list_events>::with<std::vector<history_event>>,
    // INTERNAL. Brings back what the cache had in an event. Error: unknown_run.
    caf::replies_to<recover_event>::with<recover_report>,
    // INTERNAL. Makes, changes and deletes users of its own.
    caf::replies_to<self_check>::with<std::vector<self_check_step>>>;

/// Remembers runs, and holds the rights to lead and to run; blocking.
using run_keeper_actor = caf::typed_actor<
    // INTERNAL. What is common to all instances.
    caf::replies_to<load_run_state>::with<run_state>,
    // INTERNAL. Takes the right to run and records the run. Error: run_in_progress.
    caf::replies_to<begin_run>::with<bool>,
    // INTERNAL. Records how the run went and gives the right back.
    caf::replies_to<end_run>::with<bool>,
    // INTERNAL. What a complete run has verified.
    caf::replies_to<mark_verified>::with<bool>,
    // INTERNAL. Whether deletes are held.
    caf::replies_to<save_hold>::with<bool>,
    // INTERNAL. Whether the timer runs, for all instances.
    caf::replies_to<save_started>::with<bool>,
    // INTERNAL. The last runs, newest first.
    caf::replies_to<list_runs>::with<std::vector<run_report>>,
    // INTERNAL. Error: unknown_run.
    caf::replies_to<find_run>::with<run_report>,
    // INTERNAL. The users in quarantine, the latest first.
    caf::replies_to<list_quarantine>::with<std::vector<quarantined_user>>,
    // INTERNAL. Time to look after the leadership.
    caf::reacts_to<tick>>;

/// Tells a web address of runs that need somebody; blocking.
using webhook_sender_actor = caf::typed_actor<
    // INTERNAL. Sends, trying again for a while.
    caf::reacts_to<webhook_event>,
    // INTERNAL. Time for the next try.
    caf::reacts_to<tick>>;

/// Listens for users that other programs change in the cache; blocking.
using change_listener_actor = caf::typed_actor<
    // INTERNAL. Time to listen on.
    caf::reacts_to<tick>>;

/// Brings rows that other programs have changed to the cache; blocking.
using database_listener_actor = caf::typed_actor<
    // INTERNAL. Time to listen on.
    caf::reacts_to<tick>>;

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
    caf::reacts_to<stop_waiting>,
    // INTERNAL. Another program may have changed these in the cache.
    caf::reacts_to<users_hinted>,
    // INTERNAL. Whether this instance leads.
    caf::reacts_to<leadership>,
    // INTERNAL. An event was given up.
    caf::reacts_to<webhook_failed>,
    // INTERNAL. How the listener hears of changes.
    caf::reacts_to<incremental_status>,
    // INTERNAL. How the database's listener hears of changes, and how many there were.
    caf::reacts_to<database_changes_status>,
    // INTERNAL. A worker has its connection.
    caf::reacts_to<worker_ready>,
    // INTERNAL. A worker's back-off is over.
    caf::reacts_to<restart_child>,
    // INTERNAL. Time to look at the timer and at what waits.
    caf::reacts_to<tick>>;

/// Restarts children; see actors/supervision/supervisor.hpp.
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

/// Mirrors the aliases of a SQLite file into the cache, or looks names up; blocking.
using alias_worker_actor = caf::typed_actor<
    // INTERNAL. One cycle; what goes wrong is in the report.
    caf::replies_to<run_alias_cycle>::with<alias_cycle>,
    // INTERNAL. The ids behind both names, through the query cache. Error: unknown_alias.
    caf::replies_to<resolve_names>::with<resolved_names>>;

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
    caf::reacts_to<stop_waiting>,
    // INTERNAL. A worker's back-off is over.
    caf::reacts_to<restart_child>,
    // INTERNAL. Time for the next cycle.
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
CAF_ADD_TYPE_ID(standings, (standings::get_hydration_status))
CAF_ADD_TYPE_ID(standings, (standings::hydration_status))
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
CAF_ADD_TYPE_ID(standings, (standings::run_counts))
CAF_ADD_TYPE_ID(standings, (standings::run_status))
CAF_ADD_TYPE_ID(standings, (standings::run_report))
CAF_ADD_TYPE_ID(standings, (std::vector<standings::run_report>))
CAF_ADD_TYPE_ID(standings, (standings::quarantined_user))
CAF_ADD_TYPE_ID(standings, (std::vector<standings::quarantined_user>))
CAF_ADD_TYPE_ID(standings, (standings::incremental_status))
CAF_ADD_TYPE_ID(standings, (standings::reconcile_status))
CAF_ADD_TYPE_ID(standings, (standings::start_run))
CAF_ADD_TYPE_ID(standings, (standings::start_timer))
CAF_ADD_TYPE_ID(standings, (standings::stop_timer))
CAF_ADD_TYPE_ID(standings, (standings::get_reconcile_status))
CAF_ADD_TYPE_ID(standings, (standings::list_runs))
CAF_ADD_TYPE_ID(standings, (standings::list_quarantine))
CAF_ADD_TYPE_ID(standings, (standings::find_run))
CAF_ADD_TYPE_ID(standings, (standings::undo_run))
CAF_ADD_TYPE_ID(standings, (standings::undo_report))
CAF_ADD_TYPE_ID(standings, (standings::self_check))
CAF_ADD_TYPE_ID(standings, (standings::self_check_step))
CAF_ADD_TYPE_ID(standings, (std::vector<standings::self_check_step>))
CAF_ADD_TYPE_ID(standings, (standings::users_hinted))
CAF_ADD_TYPE_ID(standings, (standings::run_state))
CAF_ADD_TYPE_ID(standings, (standings::prepare_run))
CAF_ADD_TYPE_ID(standings, (standings::run_basis))
CAF_ADD_TYPE_ID(standings, (standings::plan_batches))
CAF_ADD_TYPE_ID(standings, (standings::batch_ends))
CAF_ADD_TYPE_ID(standings, (standings::compare_batch))
CAF_ADD_TYPE_ID(standings, (standings::compare_cache_only_users))
CAF_ADD_TYPE_ID(standings, (standings::compare_users))
CAF_ADD_TYPE_ID(standings, (standings::deletion))
CAF_ADD_TYPE_ID(standings, (standings::batch_outcome))
CAF_ADD_TYPE_ID(standings, (standings::delete_users))
CAF_ADD_TYPE_ID(standings, (standings::count_boards))
CAF_ADD_TYPE_ID(standings, (standings::board_counts))
CAF_ADD_TYPE_ID(standings, (standings::confirm_cache))
CAF_ADD_TYPE_ID(standings, (standings::verify_changes))
CAF_ADD_TYPE_ID(standings, (standings::mark_verified))
CAF_ADD_TYPE_ID(standings, (standings::load_run_state))
CAF_ADD_TYPE_ID(standings, (standings::save_hold))
CAF_ADD_TYPE_ID(standings, (standings::save_started))
CAF_ADD_TYPE_ID(standings, (standings::begin_run))
CAF_ADD_TYPE_ID(standings, (standings::end_run))
CAF_ADD_TYPE_ID(standings, (standings::leadership))
CAF_ADD_TYPE_ID(standings, (standings::webhook_event))
CAF_ADD_TYPE_ID(standings, (standings::webhook_failed))
CAF_ADD_TYPE_ID(standings, (standings::alias_type))
CAF_ADD_TYPE_ID(standings, (standings::alias_cycle_reason))
CAF_ADD_TYPE_ID(standings, (standings::alias_table_report))
CAF_ADD_TYPE_ID(standings, (standings::alias_cycle))
CAF_ADD_TYPE_ID(standings, (standings::sync_aliases))
CAF_ADD_TYPE_ID(standings, (standings::start_aliases))
CAF_ADD_TYPE_ID(standings, (standings::stop_aliases))
CAF_ADD_TYPE_ID(standings, (standings::ensure_aliases))
CAF_ADD_TYPE_ID(standings, (standings::get_aliases_status))
CAF_ADD_TYPE_ID(standings, (standings::aliases_status))
CAF_ADD_TYPE_ID(standings, (standings::resolve_names))
CAF_ADD_TYPE_ID(standings, (standings::resolved_names))
CAF_ADD_TYPE_ID(standings, (standings::run_alias_cycle))
CAF_ADD_TYPE_ID(standings, (standings::sessions_synced))
CAF_ADD_TYPE_ID(standings, (standings::sync_all_sessions))
CAF_ADD_TYPE_ID(standings, (standings::full_sync_report))
CAF_ADD_TYPE_ID(standings, (standings::sync_session))
CAF_ADD_TYPE_ID(standings, (standings::compare_sessions))
CAF_ADD_TYPE_ID(standings, (standings::session_comparison))
CAF_ADD_TYPE_ID(standings, (standings::get_sessions_status))
CAF_ADD_TYPE_ID(standings, (standings::sessions_status))
CAF_ADD_TYPE_ID(standings, (standings::session_hints))
CAF_ADD_TYPE_ID(standings, (standings::listener_state))
CAF_ADD_TYPE_ID(standings, (standings::sync_sessions))
CAF_ADD_TYPE_ID(standings, (standings::sync_page))
CAF_ADD_TYPE_ID(standings, (standings::page_synced))
CAF_ADD_TYPE_ID(standings, (standings::history_event))
CAF_ADD_TYPE_ID(standings, (std::vector<standings::history_event>))
CAF_ADD_TYPE_ID(standings, (standings::database_changes_status))
CAF_ADD_TYPE_ID(standings, (standings::list_events))
CAF_ADD_TYPE_ID(standings, (standings::recover_event))
CAF_ADD_TYPE_ID(standings, (standings::recover_report))

CAF_END_TYPE_ID_BLOCK(standings)
