#pragma once

#include "actors/reconcile/reconcile_run.hpp"
#include "actors/supervision/standstill.hpp"
#include "actors/supervision/waiters.hpp"
#include "actors/supervision/worker_pool.hpp"
#include "core/base/dirty_set.hpp"
#include "core/reconcile/run_schedule.hpp"
#include "messages/internal/reconcile.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace standings {

struct reconcile_options : run_schedule_options {
  std::size_t workers = 2;
  std::uint64_t large_change = 1'000; ///< changed rows; from there on the webhook is called
  std::size_t max_hints = 10'000;
  std::size_t hints_a_batch = 500;
  std::chrono::milliseconds start_limit{10'000}; ///< how long missing workers mean "starting"
  std::chrono::milliseconds pulse{500};          ///< between two checks of the timer and the hints
  std::chrono::milliseconds timeout{60'000};     ///< for a request to a worker
  std::chrono::milliseconds undo_timeout{10 * 60'000};
  reconcile_run_options run{};
  restart_limits worker_limits = connection_limits();
  event_sink_ptr events{}; ///< is told what happens; may be null
  clock_fn clock = system_now;
  standstill::uptime_fn uptime = standings::uptime;
  leaderboards_actor leaderboards{}; ///< compares its caches after each whole run; may be null
  bool private_cache = false;        ///< each instance has its own cache, invisible to the others
};

/// Spawns the children; each reports to `front`. An empty function means that there is no such
/// child.
struct reconcile_children {
  std::function<reconcile_worker_actor(caf::local_actor* owner, reconcile_front_actor front,
                                       std::size_t index)>
      worker;
  std::function<run_keeper_actor(caf::local_actor* owner, reconcile_front_actor front,
                                 std::size_t index)>
      keeper;
  std::function<webhook_sender_actor(caf::local_actor* owner, reconcile_front_actor front)> webhook;
  std::function<key_listener_actor(caf::local_actor* owner, key_listener_target_actor target)>
      listener;
  std::function<database_listener_actor(caf::local_actor* owner, reconcile_front_actor front)>
      database_listener;
};

/// Compares cache and database: every interval on the leading instance, and on request on any. Only
/// one run is under way at a time, across all instances. Between runs it compares the users that
/// hints name.
///
/// Children: `workers` workers for runs and one for everything else, the keeper, the change
/// listeners, the webhook sender if configured, and the run under way.
struct reconcile_state {
  explicit reconcile_state(reconcile_front_actor::pointer selfptr)
      : self(selfptr), schedule_({}), hints_(0) {}

  void init(const reconcile_children& children, hydration_actor hydration,
            const reconcile_options& with);
  caf::result<run_report> run(const start_run& m);
  caf::result<bool> set_started(bool started);
  caf::result<reconcile_status> status();
  void heard_of_leadership(const leadership& m);
  void note_leadership(const leadership& m);
  component_status component();
  void note_hints(const keys_hinted& m);
  void note_listener(const listener_state& m);
  void note_database_changes(const database_changes_status& m) { database_changes_ = m; }
  void note_webhook_failure() { ++webhook_failures_; }
  void refuse_everyone(const failure& why);
  void note_run(const run_begun& m);
  void note_run(const run_ended& m);
  void look();

  /// Forwards a request to the keeper.
  template <class Reply, class Request>
  caf::result<Reply> ask_keeper(Request m) {
    return pass_on<Reply>(keeper(), std::move(m), options_.timeout);
  }

  /// Forwards a request to the worker that is not used for runs.
  template <class Reply, class Request>
  caf::result<Reply> ask_worker(Request m) {
    return pass_on<Reply>(spare_worker(), std::move(m), options_.timeout);
  }

  caf::result<undo_report> undo(const undo_run& m);
  caf::result<recover_report> recover(const recover_event& m);

  reconcile_front_actor::pointer self;
  std::optional<worker_pool> workers;
  static inline const char* name = "reconcile";

private:
  using clock = std::chrono::steady_clock;

  template <class Reply, class Handle, class Request>
  caf::result<Reply> pass_on(const Handle& whom, Request m, std::chrono::milliseconds limit) {
    if (!whom)
      return unavailable();
    return waiters_.pass_on<Reply>(self, whom, limit, std::move(m));
  }

  static caf::error unavailable();
  std::vector<worker_spec> specs_of(const reconcile_children& from);
  [[nodiscard]] std::vector<reconcile_worker_actor> run_workers() const;
  [[nodiscard]] reconcile_worker_actor spare_worker() const;
  [[nodiscard]] run_keeper_actor keeper() const;
  [[nodiscard]] clock::time_point now() const;
  void worker_up(std::size_t index);
  void worker_down(std::size_t index);
  void handle(const caf::down_msg& down);
  void run_lost(const caf::error& why);
  void tell_run_of_workers();
  void abort_run_under_way(const std::string& why);
  void begin(const start_run& m, const std::string& trigger);
  void begun(const run_report& report);
  void ended(const run_report& report, const std::optional<failure>& why);
  void tell(const run_report& report);
  void count(const run_report& report);
  void explain_nothing_undone(waiters::answer<undo_report> answer, const undo_report& report);
  void ask_for_last_runs();
  void stop_leading();
  void warn_of_private_cache();
  void add_run_report(reconcile_status out, waiters::answer<reconcile_status> answer);
  void add_run_state(reconcile_status out, waiters::answer<reconcile_status> answer);
  void compare_hinted();
  void settled(const batch_outcome& outcome);

  reconcile_options options_;
  hydration_actor hydration_;
  bool was_ready_ = false; ///< all workers and the keeper have been ready once
  clock::time_point began_{};
  std::size_t keeper_index_ = 0;
  std::optional<std::size_t> webhook_index_;

  run_schedule schedule_;
  bool stands_by_ = false; ///< another instance leads
  standstill stillness_;
  reconcile_run_actor run_; ///< null while none is under way
  run_report running_;      ///< its report when it began
  waiters waiters_;
  std::vector<waiters::answer<run_report>> at_begin_; ///< answered when the run has begun
  std::vector<waiters::answer<run_report>> at_end_;   ///< answered when it has ended
  bool undoing_ = false;
  run_report last_;
  std::uint64_t webhook_failures_ = 0;
  std::uint64_t completed_runs_ = 0;
  std::uint64_t failed_runs_ = 0;
  run_counts totals_; ///< of the runs of this instance
  sys_time last_completed_{};

  dirty_set hints_;
  bool comparing_ = false;
  incremental_status incremental_;
  database_changes_status database_changes_;
};

reconcile_front_actor::behavior_type
reconcile(reconcile_front_actor::stateful_pointer<reconcile_state> self,
          reconcile_children children, hydration_actor hydration, reconcile_options options);

} // namespace standings
