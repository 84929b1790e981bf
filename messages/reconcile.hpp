#pragma once

#include "core/leaderboard/version_history.hpp"
#include "core/reconcile/run_report.hpp"
#include "core/reconcile/run_settings.hpp"
#include "messages/leaderboard.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/meta/type_name.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// The vocabulary of reconcile: what a run is asked for and what it reports.
namespace standings {

/// What incremental comparison has done since the start.
struct incremental_status {
  std::string mode = "off"; ///< `notifications`, `off`, or why not
  std::uint64_t own = 0;    ///< notifications of own writes, left out
  std::uint64_t hints = 0;  ///< of foreign writes
  std::uint64_t compared = 0;
  std::uint64_t written = 0; ///< rows or cache entries
  std::uint64_t dropped = 0; ///< hints beyond the bound: left to the next run
};

/// What is known of rows that other programs change in the database.
struct database_changes_status {
  std::string mode = "off";  ///< how they are heard of, or why not
  std::uint64_t changes = 0; ///< users brought to the cache
};

struct reconcile_status {
  bool enabled = false; ///< by configuration
  bool running = false; ///< a run is under way, here
  bool started = true;  ///< the timer; `stop` clears it for all instances
  bool leader = false;  ///< this instance does the periodic work
  sys_time next_run{};  ///< the epoch: none is planned here
  std::chrono::milliseconds interval{0};
  run_report current; ///< while running
  run_report last;    ///< empty run_id: none yet
  bool deletes_held = false;
  std::uint64_t held_candidates = 0;
  std::string held_reason;
  std::uint64_t quarantined = 0;
  std::uint64_t webhook_failures = 0;
  incremental_status incremental;
  database_changes_status database_changes;
};

// -- what the front is asked ------------------------------------------------------

struct start_run {
  bool dry_run = false;
  bool force = false;
  period_set periods = every_period;
  bool wait = true; ///< answer when it ends; else at once, still running
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

struct find_run {
  std::string run_id;
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

/// Brings back what the cache had of an event.
struct recover_event {
  std::string event_id;
  bool dry_run = false;
};

struct recover_report {
  std::string event_id;
  bool dry_run = false;
  std::uint64_t users = 0;
  std::vector<user_record> first; ///< some of them, as they are now or would be
};

/// Proves on three users of its own that changes travel.
struct self_check {};

/// Users that another program may have changed in the cache.
struct users_hinted {
  std::vector<std::string> user_ids;
};

// -- INTERNAL: between the front and its workers -------------------------------------

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

// -- INTERNAL: the keeper -----------------------------------------------------------

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

/// The keeper to the front, whenever it has looked.
struct leadership {
  bool leader = false;
  bool started = true; ///< what `start_timer` and `stop_timer` have left
};

struct webhook_event {
  std::string kind; ///< `run_failed`, `deletes_held`, `large_change`
  run_report report;
};

/// The sender to the front: an event was not delivered, and is not tried again.
struct webhook_failed {
  std::string reason;
};

#define STANDINGS_INSPECT(type, ...)                                                               \
  template <class Inspector>                                                                       \
  typename Inspector::result_type inspect(Inspector& f, [[maybe_unused]] type& x) {                \
    return f(caf::meta::type_name(#type) __VA_OPT__(, ) __VA_ARGS__);                              \
  }

STANDINGS_INSPECT(run_counts, x.checked, x.in_sync, x.created, x.updated, x.healed, x.removed,
                  x.candidates, x.deleted, x.changed, x.quarantined)
STANDINGS_INSPECT(run_report, x.run_id, x.status, x.trigger, x.dry_run, x.forced, x.periods,
                  x.started_at, x.finished_at, x.counts, x.users, x.batches, x.failed_batches,
                  x.deletes_held, x.held_reason, x.error)
STANDINGS_INSPECT(quarantined_user, x.user_id, x.reason, x.run_id, x.first_at, x.last_at,
                  x.attempts)
STANDINGS_INSPECT(history_event, x.id, x.at, x.reason, x.raised_to, x.open, x.states, x.recovered)
STANDINGS_INSPECT(database_changes_status, x.mode, x.changes)
STANDINGS_INSPECT(list_events, x.limit)
STANDINGS_INSPECT(recover_event, x.event_id, x.dry_run)
STANDINGS_INSPECT(recover_report, x.event_id, x.dry_run, x.users, x.first)
STANDINGS_INSPECT(incremental_status, x.mode, x.own, x.hints, x.compared, x.written, x.dropped)
STANDINGS_INSPECT(reconcile_status, x.enabled, x.running, x.started, x.leader, x.next_run,
                  x.interval, x.current, x.last, x.deletes_held, x.held_candidates, x.held_reason,
                  x.quarantined, x.webhook_failures, x.incremental, x.database_changes)
STANDINGS_INSPECT(start_run, x.dry_run, x.force, x.periods, x.wait)
STANDINGS_INSPECT(start_timer)
STANDINGS_INSPECT(stop_timer)
STANDINGS_INSPECT(get_reconcile_status)
STANDINGS_INSPECT(list_runs, x.limit)
STANDINGS_INSPECT(list_quarantine, x.limit)
STANDINGS_INSPECT(find_run, x.run_id)
STANDINGS_INSPECT(undo_run, x.run_id)
STANDINGS_INSPECT(undo_report, x.run_id, x.restored)
STANDINGS_INSPECT(self_check)
STANDINGS_INSPECT(self_check_step, x.name, x.passed, x.detail)
STANDINGS_INSPECT(users_hinted, x.user_ids)
STANDINGS_INSPECT(run_state, x.generation, x.run_id, x.verified_up_to, x.held, x.held_candidates,
                  x.held_reason, x.started, x.quarantined)
STANDINGS_INSPECT(prepare_run, x.state)
STANDINGS_INSPECT(run_basis, x.generation, x.barrier, x.has_evidence, x.verified_up_to, x.users)
STANDINGS_INSPECT(plan_batches, x.after, x.batch, x.count)
STANDINGS_INSPECT(batch_ends, x.last_ids)
STANDINGS_INSPECT(compare_users, x.user_ids)
STANDINGS_INSPECT(deletion, x.user_id, x.version)
STANDINGS_INSPECT(batch_outcome, x.counts, x.candidates, x.quarantined, x.on_board, x.unverified,
                  x.next)
STANDINGS_INSPECT(count_boards)
STANDINGS_INSPECT(board_counts, x.members)
STANDINGS_INSPECT(confirm_cache, x.generation)
STANDINGS_INSPECT(mark_verified, x.run_id, x.generation, x.verified_up_to)
STANDINGS_INSPECT(load_run_state)
STANDINGS_INSPECT(save_hold, x.held, x.candidates, x.reason)
STANDINGS_INSPECT(save_started, x.started)
STANDINGS_INSPECT(begin_run, x.report)
STANDINGS_INSPECT(end_run, x.report, x.quarantined, x.complete)
STANDINGS_INSPECT(leadership, x.leader, x.started)
STANDINGS_INSPECT(webhook_event, x.kind, x.report)
STANDINGS_INSPECT(webhook_failed, x.reason)

#undef STANDINGS_INSPECT

} // namespace standings

// they carry a run's settings, which never leave the process
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(standings::compare_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(standings::compare_cache_only_users)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(standings::delete_users)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(standings::verify_changes)
