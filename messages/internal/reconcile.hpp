#pragma once

#include "core/reconcile/run_settings.hpp"
#include "messages/internal/supervision.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/error.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

/// Messages between reconcile and its workers, keeper and listeners.
namespace standings {

// -- workers ------------------------------------------------------------------

/// Checks that the cache is complete, and what absence from it means. Error: cache_warming.
struct prepare_run {
  run_state state;
};

/// Finds the last ids of up to `count` batches of `batch` users after `after`.
struct plan_batches {
  std::string after;
  std::uint64_t batch = 0;
  std::uint64_t count = 0;
};

struct batch_ends {
  std::vector<std::string> last_ids;
};

/// Compares the users with ids in (after, up_to], or all after `after` if `open`.
struct compare_batch {
  run_settings_ptr run;
  std::string after;
  std::string up_to;
  bool open = false;
};

/// Compares a page of the cached users that the database scan has not seen.
struct compare_cache_only_users {
  run_settings_ptr run;
  std::uint64_t part = 0; ///< a period's index, or period_count for the details
  std::string cursor;     ///< empty: start at the beginning
};

/// Compares some users outside a run; deletes none.
struct compare_users {
  std::vector<std::string> user_ids;
};

struct delete_users {
  run_settings_ptr run;
  std::vector<deletion> users;
};

/// Counts the members of each board.
struct count_boards {};

struct board_counts {
  std::array<std::uint64_t, period_count> members{};
};

/// Checks that the cache has stayed complete in `generation`.
struct confirm_cache {
  std::string generation;
};

/// Compares again the users written after `since`. Replies with the version up to which all users
/// have been compared.
struct verify_changes {
  run_settings_ptr run;
  std::int64_t since = 0;
};

// -- the keeper ---------------------------------------------------------------

struct load_run_state {};

struct save_started {
  bool started = true;
};

struct begin_run {
  run_report report;
};

struct end_run {
  run_report report;
  std::vector<quarantined_user> quarantined;
  bool complete = false; ///< users that are not in `quarantined` have no problem
};

struct find_run {
  std::string run_id;
};

/// Sent by the keeper to the front after each check.
struct leadership {
  bool leader = false;
  bool started = true; ///< the timer, as `start_timer` and `stop_timer` have left it
};

// -- the webhook --------------------------------------------------------------

struct webhook_event {
  std::string kind; ///< `run_failed`, `deletes_held`, `large_change`
  run_report report;
};

/// Sent by the sender to the front: an event was not delivered and is not retried.
struct webhook_failed {
  std::string reason;
};

// -- a run ----------------------------------------------------------------------

/// Sent to a run: the workers that are ready now.
struct run_workers;

/// Sent to a run that cannot go on.
struct abort_run {
  caf::error why;
};

struct get_run_report {};

/// Sent by a run: it holds the lease.
struct run_begun {
  run_report report;
};

/// Sent by a run once at its end; `why` is set if the run failed.
struct run_ended {
  run_report report;
  caf::error why;
};

STANDINGS_INSPECT(run_state, x.generation, x.run_id, x.verified_up_to, x.held, x.held_candidates,
                  x.held_reason, x.started, x.quarantined)
STANDINGS_INSPECT(run_basis, x.generation, x.barrier, x.has_evidence, x.verified_up_to, x.users)
STANDINGS_INSPECT(deletion, x.user_id, x.version)
STANDINGS_INSPECT(batch_outcome, x.counts, x.candidates, x.quarantined, x.on_board, x.unverified,
                  x.next)
STANDINGS_INSPECT(mark_verified, x.run_id, x.generation, x.verified_up_to)
STANDINGS_INSPECT(save_hold, x.held, x.candidates, x.reason)
STANDINGS_INSPECT(prepare_run, x.state)
STANDINGS_INSPECT(plan_batches, x.after, x.batch, x.count)
STANDINGS_INSPECT(batch_ends, x.last_ids)
STANDINGS_INSPECT(compare_users, x.user_ids)
STANDINGS_INSPECT(count_boards)
STANDINGS_INSPECT(board_counts, x.members)
STANDINGS_INSPECT(confirm_cache, x.generation)
STANDINGS_INSPECT(load_run_state)
STANDINGS_INSPECT(save_started, x.started)
STANDINGS_INSPECT(begin_run, x.report)
STANDINGS_INSPECT(end_run, x.report, x.quarantined, x.complete)
STANDINGS_INSPECT(find_run, x.run_id)
STANDINGS_INSPECT(leadership, x.leader, x.started)
STANDINGS_INSPECT(webhook_event, x.kind, x.report)
STANDINGS_INSPECT(webhook_failed, x.reason)
STANDINGS_INSPECT(abort_run, x.why)
STANDINGS_INSPECT(get_run_report)
STANDINGS_INSPECT(run_begun, x.report)
STANDINGS_INSPECT(run_ended, x.report, x.why)

} // namespace standings

CAF_BEGIN_TYPE_ID_BLOCK(standings_internal_reconcile, standings::id_blocks::internal_reconcile)

CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::run_state))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::prepare_run))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::run_basis))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::plan_batches))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::batch_ends))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::compare_batch))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::compare_cache_only_users))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::compare_users))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::deletion))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::batch_outcome))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::delete_users))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::count_boards))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::board_counts))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::confirm_cache))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::verify_changes))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::mark_verified))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::load_run_state))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::save_hold))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::save_started))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::begin_run))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::end_run))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::find_run))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::leadership))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::webhook_event))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::webhook_failed))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::run_workers))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::abort_run))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::get_run_report))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::run_begun))
CAF_ADD_TYPE_ID(standings_internal_reconcile, (standings::run_ended))

CAF_END_TYPE_ID_BLOCK(standings_internal_reconcile)

static_assert(standings::id_blocks::fits<caf::id_block::standings_internal_reconcile>);

// these carry a run's settings or handles, which never leave the process
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(standings::compare_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(standings::compare_cache_only_users)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(standings::delete_users)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(standings::verify_changes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(standings::run_workers)

namespace standings {

/// Compares and reconciles users; owns a database connection; blocking.
using reconcile_worker_actor = caf::typed_actor<
    // Replies with the basis of a run. Error: cache_warming.
    caf::replies_to<prepare_run>::with<run_basis>,
    // Splits the users into batches.
    caf::replies_to<plan_batches>::with<batch_ends>,
    // Compares one batch of the database's users.
    caf::replies_to<compare_batch>::with<batch_outcome>,
    // Compares a page of the cached users that the database scan has not seen.
    caf::replies_to<compare_cache_only_users>::with<batch_outcome>,
    // Compares some users outside a run.
    caf::replies_to<compare_users>::with<batch_outcome>,
    // Replies with the sizes of the boards.
    caf::replies_to<count_boards>::with<board_counts>,
    // Whether the cache is complete and still of this generation.
    caf::replies_to<confirm_cache>::with<bool>,
    // Deletes candidates; replies with their number. Error: cache_warming.
    caf::replies_to<delete_users>::with<std::uint64_t>,
    // Reconciles what was written during a run; replies with the version reached.
    caf::replies_to<verify_changes>::with<std::int64_t>,
    // Writes the mark of a complete run into the cache.
    caf::replies_to<mark_verified>::with<bool>,
    // Restores the users that a run has deleted.
    caf::replies_to<undo_run>::with<undo_report>,
    // The events in which the database went back.
    caf::replies_to<list_events>::with<std::vector<history_event>>,
    // Restores what the cache had at an event. Error: unknown_run.
    caf::replies_to<recover_event>::with<recover_report>,
    // Creates, changes and deletes users of its own.
    caf::replies_to<self_check>::with<std::vector<self_check_step>>>;

struct run_workers {
  std::vector<reconcile_worker_actor> ready;
};

/// One run from start to end.
using reconcile_run_actor = caf::typed_actor<
    // The workers have changed.
    caf::reacts_to<run_workers>,
    // Ends the run as failed.
    caf::reacts_to<abort_run>,
    // The report as it is now.
    caf::replies_to<get_run_report>::with<run_report>,
    // A delayed call is due.
    caf::reacts_to<alarm_due>>;

/// Records runs, and holds the leases to lead and to run; blocking.
using run_keeper_actor = caf::typed_actor<
    // Replies with the state that all instances share.
    caf::replies_to<load_run_state>::with<run_state>,
    // Takes the lease to run and records the run. Error: run_in_progress.
    caf::replies_to<begin_run>::with<bool>,
    // Records the result of the run and releases the lease.
    caf::replies_to<end_run>::with<bool>,
    // Records what a complete run has verified.
    caf::replies_to<mark_verified>::with<bool>,
    // Records whether deletes are held.
    caf::replies_to<save_hold>::with<bool>,
    // Records whether the timer is on, for all instances.
    caf::replies_to<save_started>::with<bool>,
    // The last runs, newest first.
    caf::replies_to<list_runs>::with<std::vector<run_report>>,
    // Finds one run. Error: unknown_run.
    caf::replies_to<find_run>::with<run_report>,
    // The users in quarantine, newest first.
    caf::replies_to<list_quarantine>::with<std::vector<quarantined_user>>,
    // The next check of the leadership is due.
    caf::reacts_to<look_due>>;

/// Posts runs that need attention to a URL; blocking.
using webhook_sender_actor = caf::typed_actor<
    // Posts the event, retrying for a while.
    caf::reacts_to<webhook_event>,
    // The next try is due.
    caf::reacts_to<retry_due>>;

/// Copies rows that other programs have changed to the cache; blocking.
using database_listener_actor = caf::typed_actor<
    // The next round is due.
    caf::reacts_to<listen_on>>;

/// Reconcile with its internal messages.
using reconcile_front_actor = reconcile_actor::extend_with<worker_events_actor>::
    extend_with<key_listener_target_actor>::extend<
        // Whether this instance leads.
        caf::reacts_to<leadership>,
        // An event was given up.
        caf::reacts_to<webhook_failed>,
        // How the listener is notified of changes, and how many there were.
        caf::reacts_to<database_changes_status>,
        // The next check of the timer and of waiting hints is due.
        caf::reacts_to<look_due>,
        // A run holds the lease.
        caf::reacts_to<run_begun>,
        // A run has ended.
        caf::reacts_to<run_ended>>;

} // namespace standings
