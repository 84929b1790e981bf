#pragma once

#include "core/leaderboard/version_history.hpp"
#include "core/reconcile/run_report.hpp"
#include "messages/leaderboard.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// Requests to reconcile and their replies.
namespace standings {

/// What the comparison between runs has done since the start.
struct incremental_status {
  std::string mode = "off"; ///< `notifications`, `off`, or why it is off
  std::uint64_t own = 0;    ///< notifications of own writes, which are ignored
  std::uint64_t hints = 0;  ///< notifications of foreign writes
  std::uint64_t compared = 0;
  std::uint64_t written = 0; ///< changed rows or cache entries
  std::uint64_t dropped = 0; ///< hints beyond the bound, left to the next run
};

/// How rows that other programs change in the database are noticed.
struct database_changes_status {
  std::string mode = "off";  ///< how changes are noticed, or why not
  std::uint64_t changes = 0; ///< users copied to the cache
};

struct reconcile_status {
  bool enabled = false; ///< by configuration
  bool running = false; ///< a run is under way on this instance
  bool started = true;  ///< the timer is on; shared by all instances
  bool leader = false;  ///< this instance does the periodic work
  sys_time next_run{};  ///< the epoch if no run is planned here
  std::chrono::milliseconds interval{0};
  run_report current;              ///< meaningful while running
  run_report last;                 ///< empty run_id: no run yet
  bool shared_state_known = false; ///< else the next four are meaningless
  bool deletes_held = false;
  std::uint64_t held_candidates = 0;
  std::string held_reason;
  std::uint64_t quarantined = 0;
  std::uint64_t webhook_failures = 0;

  // since the start, without dry runs
  std::uint64_t completed_runs = 0;
  std::uint64_t failed_runs = 0;
  run_counts totals;
  sys_time last_completed{}; ///< end of the last complete run of any instance; the epoch if unknown
  incremental_status incremental;
  database_changes_status database_changes;
};

struct start_run {
  bool dry_run = false;
  bool force = false;
  period_set periods = every_period;
  bool wait = true;         ///< reply when the run ends; otherwise at once, while it is running
  std::string request_id{}; ///< for the log
};

struct start_timer {};

struct stop_timer {};

struct get_reconcile_status {};

struct list_runs {
  std::uint64_t limit = 20;
};

struct list_quarantine {
  std::uint64_t limit = 100;
};

struct undo_run {
  std::string run_id;
};

struct undo_report {
  std::string run_id;
  std::uint64_t restored = 0;
};

/// The latest events in which the database went back, newest first.
struct list_events {
  std::uint64_t limit = 20;
};

/// Restores what the cache had at an event.
struct recover_event {
  std::string event_id;
  bool dry_run = false;
};

struct recover_report {
  std::string event_id;
  bool dry_run = false;
  std::uint64_t users = 0;
  std::vector<user_record> first; ///< some of them, as they are now or would be after a dry run
};

/// Tests with three users of its own that changes reach the other store.
struct self_check {};

STANDINGS_INSPECT(run_counts, x.checked, x.in_sync, x.created, x.updated, x.healed, x.removed,
                  x.candidates, x.deleted, x.changed, x.quarantined)
STANDINGS_INSPECT(run_report, x.run_id, x.status, x.trigger, x.dry_run, x.forced, x.periods,
                  x.started_at, x.finished_at, x.counts, x.users, x.batches, x.failed_batches,
                  x.deletes_held, x.held_reason, x.error)
STANDINGS_INSPECT(quarantined_user, x.user_id, x.reason, x.run_id, x.first_at, x.last_at,
                  x.attempts)
STANDINGS_INSPECT(history_event, x.id, x.at, x.reason, x.raised_to, x.open, x.states, x.recovered)
STANDINGS_INSPECT(self_check_step, x.name, x.passed, x.detail)
STANDINGS_INSPECT(incremental_status, x.mode, x.own, x.hints, x.compared, x.written, x.dropped)
STANDINGS_INSPECT(database_changes_status, x.mode, x.changes)
STANDINGS_INSPECT(reconcile_status, x.enabled, x.running, x.started, x.leader, x.next_run,
                  x.interval, x.current, x.last, x.shared_state_known, x.deletes_held,
                  x.held_candidates, x.held_reason, x.quarantined, x.webhook_failures,
                  x.completed_runs, x.failed_runs, x.totals, x.last_completed, x.incremental,
                  x.database_changes)
STANDINGS_INSPECT(start_run, x.dry_run, x.force, x.periods, x.wait, x.request_id)
STANDINGS_INSPECT(start_timer)
STANDINGS_INSPECT(stop_timer)
STANDINGS_INSPECT(get_reconcile_status)
STANDINGS_INSPECT(list_runs, x.limit)
STANDINGS_INSPECT(list_quarantine, x.limit)
STANDINGS_INSPECT(undo_run, x.run_id)
STANDINGS_INSPECT(undo_report, x.run_id, x.restored)
STANDINGS_INSPECT(list_events, x.limit)
STANDINGS_INSPECT(recover_event, x.event_id, x.dry_run)
STANDINGS_INSPECT(recover_report, x.event_id, x.dry_run, x.users, x.first)
STANDINGS_INSPECT(self_check)

} // namespace standings

CAF_BEGIN_TYPE_ID_BLOCK(standings_reconcile, standings::id_blocks::reconcile)

CAF_ADD_TYPE_ID(standings_reconcile, (standings::run_counts))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::run_status))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::run_report))
CAF_ADD_TYPE_ID(standings_reconcile, (std::vector<standings::run_report>))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::quarantined_user))
CAF_ADD_TYPE_ID(standings_reconcile, (std::vector<standings::quarantined_user>))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::history_event))
CAF_ADD_TYPE_ID(standings_reconcile, (std::vector<standings::history_event>))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::self_check_step))
CAF_ADD_TYPE_ID(standings_reconcile, (std::vector<standings::self_check_step>))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::incremental_status))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::database_changes_status))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::reconcile_status))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::start_run))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::start_timer))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::stop_timer))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::get_reconcile_status))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::list_runs))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::list_quarantine))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::undo_run))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::undo_report))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::list_events))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::recover_event))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::recover_report))
CAF_ADD_TYPE_ID(standings_reconcile, (standings::self_check))

CAF_END_TYPE_ID_BLOCK(standings_reconcile)

static_assert(standings::id_blocks::fits<caf::id_block::standings_reconcile>);
