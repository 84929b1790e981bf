#pragma once

#include "actors/reconcile/reconcile_run.hpp"
#include "actors/supervision/child_set.hpp"
#include "actors/supervision/standstill.hpp"
#include "actors/supervision/waiters.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace standings {

struct reconcile_options {
  bool enabled = true; ///< off: runs on request only
  std::chrono::milliseconds interval{60 * 60 * 1'000};
  double jitter = 0.05; ///< of the interval, added
  std::size_t workers = 2;
  std::uint64_t large_change = 1'000; ///< rows
  std::size_t max_hints = 10'000;
  std::size_t hints_a_batch = 500;
  std::chrono::milliseconds retry{60'000}; ///< after a run that failed; doubles, up to the interval
  std::chrono::milliseconds first_run{2'000};    ///< after the start, where there was none before
  std::chrono::milliseconds start_limit{10'000}; ///< for the workers to count as starting
  std::chrono::milliseconds pulse{500};          ///< between two looks at the timer and the hints
  std::chrono::milliseconds timeout{60'000};     ///< for a question to a worker
  std::chrono::milliseconds undo_timeout{10 * 60'000};
  reconcile_run_options run{};
  restart_limits worker_limits = connection_limits();
  clock_fn clock = system_now;
  standstill::uptime_fn uptime = standings::uptime;
  bool private_cache = false; ///< no other instance sees this one's cache, nor its changes
};

/// Spawns the children; each reports to `front`. Empty: there is no such child.
struct reconcile_children {
  std::function<reconcile_worker_actor(caf::local_actor* owner, reconcile_actor front,
                                       std::size_t index)>
      worker;
  std::function<run_keeper_actor(caf::local_actor* owner, reconcile_actor front, std::size_t index)>
      keeper;
  std::function<webhook_sender_actor(caf::local_actor* owner, reconcile_actor front)> webhook;
  std::function<change_listener_actor(caf::local_actor* owner, reconcile_actor front)> listener;
  std::function<database_listener_actor(caf::local_actor* owner, reconcile_actor front)>
      database_listener;
};

/// Compares cache and database, every interval on whichever instance leads, and on
/// request on any; one run at a time, of all instances. Between runs it compares
/// users whom other programs are said to have changed.
///
/// Children: `workers` user batches and one more for what is no run, the keeper,
/// and where configured the webhook's sender and the listener for changes.
struct reconcile_state {
  explicit reconcile_state(reconcile_actor::pointer selfptr) : self(selfptr) {}

  void init(const reconcile_children& children, hydration_actor hydration,
            const reconcile_options& with);
  caf::result<run_report> run(const start_run& m);
  caf::result<bool> set_started(bool started);
  caf::result<reconcile_status> status();
  void worker_up(std::size_t index);
  void heard_of_leadership(const leadership& m);
  void note_leadership(const leadership& m);
  component_status component();
  void note_hints(users_hinted& m);
  void note_listener(const incremental_status& m) {
    incremental_.mode = m.mode;
    incremental_.own = m.own;
  }
  void note_database_changes(const database_changes_status& m) { database_changes_ = m; }
  void note_webhook_failure() { ++webhook_failures_; }
  void refuse_everyone(const failure& why);
  void pulse();
  void wake(std::uint64_t round);
  void schedule_pulse();

  /// Passes a question on to the keeper.
  template <class Reply, class Request>
  caf::result<Reply> ask_keeper(Request m) {
    return pass_on<Reply>(keeper(), std::move(m));
  }

  /// Passes a question on to the worker that is not for runs.
  template <class Reply, class Request>
  caf::result<Reply> ask_worker(Request m) {
    return pass_on<Reply>(spare_worker(), std::move(m));
  }

  caf::result<undo_report> undo(const undo_run& m);
  caf::result<recover_report> recover(const recover_event& m);

  reconcile_actor::pointer self;
  std::optional<child_set> children;
  static inline const char* name = "reconcile";

private:
  using clock = std::chrono::steady_clock;

  template <class Reply, class Handle, class Request>
  caf::result<Reply> pass_on(const Handle& whom, Request m) {
    return pass_on<Reply>(whom, std::move(m), options_.timeout);
  }

  template <class Reply, class Handle, class Request>
  caf::result<Reply> pass_on(const Handle& whom, Request m, std::chrono::milliseconds limit) {
    if (!whom)
      return unavailable();
    auto answer = waiters_.expect<Reply>(self);
    self->request(whom, limit, std::move(m))
        .then([answer](Reply& reply) mutable { answer.deliver(std::move(reply)); },
              [answer](const caf::error& e) mutable { answer.deliver(e); });
    return answer.promise();
  }

  static caf::error unavailable();
  std::vector<child_spec> specs_of(const reconcile_children& from);
  [[nodiscard]] std::vector<reconcile_worker_actor> run_workers() const;
  [[nodiscard]] reconcile_worker_actor spare_worker() const;
  [[nodiscard]] run_keeper_actor keeper() const;
  [[nodiscard]] clock::time_point now() const;
  void child_down(std::size_t index);
  void begin(const start_run& m, const std::string& trigger);
  void begun(const run_report& report);
  void ended(const run_report& report, const std::optional<failure>& why);
  void tell(const run_report& report);
  void plan_after(const run_report& report);
  [[nodiscard]] bool does_periodic_work() const;
  void explain_nothing_undone(waiters::answer<undo_report> answer, const undo_report& report);
  void plan_first_run();
  void stop_leading();
  void warn_of_private_cache();
  void plan_next_run(std::chrono::milliseconds after);
  void later(std::chrono::milliseconds after, std::function<void()> then);
  void compare_hinted();
  void settled(const batch_outcome& outcome);

  reconcile_options options_;
  hydration_actor hydration_;
  std::vector<bool> ready_; ///< which children have their connection
  bool was_ready_ = false;  ///< all workers and the keeper have had theirs once
  clock::time_point began_{};
  std::size_t keeper_index_ = 0;
  std::optional<std::size_t> webhook_index_;

  bool leader_ = false;
  bool stands_by_ = false; ///< another instance leads
  standstill stillness_;
  bool started_ = true;
  std::optional<clock::time_point> next_run_;
  std::shared_ptr<reconcile_run> run_;
  waiters waiters_;
  std::vector<waiters::answer<run_report>> at_begin_; ///< answered when the run has begun
  std::vector<waiters::answer<run_report>> at_end_;   ///< answered when it has ended
  bool undoing_ = false;
  std::uint32_t failures_ = 0; ///< runs that failed since the last that did not
  run_report last_;
  std::uint64_t webhook_failures_ = 0;

  std::map<std::uint64_t, std::function<void()>> alarms_;
  std::uint64_t last_alarm_ = 0;

  std::set<std::string> hints_;
  bool comparing_ = false;
  incremental_status incremental_;
  database_changes_status database_changes_;
};

reconcile_actor::behavior_type reconcile(reconcile_actor::stateful_pointer<reconcile_state> self,
                                         reconcile_children children, hydration_actor hydration,
                                         reconcile_options options);

} // namespace standings
