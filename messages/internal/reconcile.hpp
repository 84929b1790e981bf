#pragma once

#include "core/reconcile/run_settings.hpp"
#include "messages/internal/supervision.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/error.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

/// Between reconcile and its workers, its keeper and its listeners.
namespace standings {

// -- workers ------------------------------------------------------------------

/// Looks whether the cache is whole, and what absence from it means. Error:
/// cache_warming.
struct prepare_run {
  run_state state;
};

/// The ends of up to `count` batches of `batch` users after `after`.
struct plan_batches {
  std::string after;
  std::uint64_t batch = 0;
  std::uint64_t count = 0;
};

struct batch_ends {
  std::vector<std::string> last_ids;
};

/// Users with ids in (after, up_to]; no end where `open`.
struct compare_batch {
  run_settings_ptr run;
  std::string after;
  std::string up_to;
  bool open = false;
};

/// A page of one part of the cache: whoever the database scan has not seen.
struct compare_cache_only_users {
  run_settings_ptr run;
  std::uint64_t part = 0; ///< a period's index; period_count: the details
  std::string cursor;     ///< empty: from the start
};

/// Some users, outside a run; deletes nobody.
struct compare_users {
  std::vector<std::string> user_ids;
};

struct delete_users {
  run_settings_ptr run;
  std::vector<deletion> users;
};

/// How many members each board has.
struct count_boards {};

struct board_counts {
  std::array<std::uint64_t, period_count> members{};
};

/// Whether the cache has stayed whole under `generation`.
struct confirm_cache {
  std::string generation;
};

/// Looks once more at whoever was written after `since`; the answer is the version
/// up to which everybody has been looked at.
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
  bool complete = false; ///< whoever is not in `quarantined` is well
};

struct find_run {
  std::string run_id;
};

/// The keeper to the front, whenever it has looked.
struct leadership {
  bool leader = false;
  bool started = true; ///< what `start_timer` and `stop_timer` have left
};

// -- the webhook --------------------------------------------------------------

struct webhook_event {
  std::string kind; ///< `run_failed`, `deletes_held`, `large_change`
  run_report report;
};

/// The sender to the front: an event was not delivered, and is not tried again.
struct webhook_failed {
  std::string reason;
};

// -- a run ----------------------------------------------------------------------

/// To a run: the workers that are ready now.
struct run_workers;

/// To a run: what it stands on is gone.
struct abort_run {
  caf::error why;
};

struct get_run_report {};

/// From a run: the lease to run is ours.
struct run_begun {
  run_report report;
};

/// From a run, once: `why` is set if it could not be carried through.
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

// they carry a run's settings or handles, which never leave the process
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(standings::compare_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(standings::compare_cache_only_users)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(standings::delete_users)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(standings::verify_changes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(standings::run_workers)

namespace standings {

/// Compares and settles users; owns a database connection; blocking.
using reconcile_worker_actor = caf::typed_actor<
    // What a run will stand on. Error: cache_warming.
    caf::replies_to<prepare_run>::with<run_basis>,
    // How the users fall into batches.
    caf::replies_to<plan_batches>::with<batch_ends>,
    // One batch of the database's users.
    caf::replies_to<compare_batch>::with<batch_outcome>,
    // A page of the cache's users: those that the database scan has not met.
    caf::replies_to<compare_cache_only_users>::with<batch_outcome>,
    // Some users, outside a run.
    caf::replies_to<compare_users>::with<batch_outcome>,
    // The sizes of the boards.
    caf::replies_to<count_boards>::with<board_counts>,
    // Whether the cache is whole, and still that of the generation.
    caf::replies_to<confirm_cache>::with<bool>,
    // Deletes candidates; answers how many. Error: cache_warming.
    caf::replies_to<delete_users>::with<std::uint64_t>,
    // Settles what was written during a run; answers up to which version.
    caf::replies_to<verify_changes>::with<std::int64_t>,
    // Leaves the mark of a complete run in the cache.
    caf::replies_to<mark_verified>::with<bool>,
    // Brings back whom a run has deleted.
    caf::replies_to<undo_run>::with<undo_report>,
    // The events in which the database went back.
    caf::replies_to<list_events>::with<std::vector<history_event>>,
    // Brings back what the cache had in an event. Error: unknown_run.
    caf::replies_to<recover_event>::with<recover_report>,
    // Makes, changes and deletes users of its own.
    caf::replies_to<self_check>::with<std::vector<self_check_step>>>;

struct run_workers {
  std::vector<reconcile_worker_actor> ready;
};

/// One run, from its start to its end.
using reconcile_run_actor = caf::typed_actor<
    // The workers have changed.
    caf::reacts_to<run_workers>,
    // Ends the run as failed.
    caf::reacts_to<abort_run>,
    // How far it is.
    caf::replies_to<get_run_report>::with<run_report>,
    // Time to go on with what was put off.
    caf::reacts_to<alarm_due>>;

/// Remembers runs, and holds the rights to lead and to run; blocking.
using run_keeper_actor = caf::typed_actor<
    // What is common to all instances.
    caf::replies_to<load_run_state>::with<run_state>,
    // Takes the right to run and records the run. Error: run_in_progress.
    caf::replies_to<begin_run>::with<bool>,
    // Records how the run went and gives the right back.
    caf::replies_to<end_run>::with<bool>,
    // What a complete run has verified.
    caf::replies_to<mark_verified>::with<bool>,
    // Whether deletes are held.
    caf::replies_to<save_hold>::with<bool>,
    // Whether the timer runs, for all instances.
    caf::replies_to<save_started>::with<bool>,
    // The last runs, newest first.
    caf::replies_to<list_runs>::with<std::vector<run_report>>,
    // Error: unknown_run.
    caf::replies_to<find_run>::with<run_report>,
    // The users in quarantine, the latest first.
    caf::replies_to<list_quarantine>::with<std::vector<quarantined_user>>,
    // Time to look after the leadership.
    caf::reacts_to<look_due>>;

/// Tells a web address of runs that need somebody; blocking.
using webhook_sender_actor = caf::typed_actor<
    // Sends, trying again for a while.
    caf::reacts_to<webhook_event>,
    // Time for the next try.
    caf::reacts_to<retry_due>>;

/// Brings rows that other programs have changed to the cache; blocking.
using database_listener_actor = caf::typed_actor<
    // Time to listen on.
    caf::reacts_to<listen_on>>;

/// Reconcile inside.
using reconcile_front_actor = reconcile_actor::extend_with<worker_events_actor>::
    extend_with<key_listener_target_actor>::extend<
        // Whether this instance leads.
        caf::reacts_to<leadership>,
        // An event was given up.
        caf::reacts_to<webhook_failed>,
        // How the database's listener hears of changes, and how many there were.
        caf::reacts_to<database_changes_status>,
        // Time to look at the timer and at what waits.
        caf::reacts_to<look_due>,
        // A run has the lease.
        caf::reacts_to<run_begun>,
        // A run has ended.
        caf::reacts_to<run_ended>>;

} // namespace standings
