#pragma once

#include "core/base/service_event.hpp"
#include "core/base/throttle.hpp"
#include "core/reconcile/run_machine.hpp"
#include "core/reconcile/run_pace.hpp"
#include "messages/internal/reconcile.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace standings {

struct reconcile_run_options {
  run_machine_options machine{};
  std::chrono::milliseconds step_timeout{60'000};  ///< for one batch
  std::chrono::milliseconds cache_timeout{60'000}; ///< for a cache that is being filled
  std::chrono::milliseconds patience{30'000};      ///< how long to wait for an unreachable database
  event_sink_ptr events{};                         ///< is told of progress; may be null
};

/// The actors and functions a run uses. The keeper is null while it is down.
struct run_collaborators {
  reconcile_front_actor front;
  hydration_actor hydration;
  run_keeper_actor keeper;
  std::vector<reconcile_worker_actor> workers;
  clock_fn clock;
};

/// One run from start to end. A run_machine makes all decisions; this actor carries them out: it
/// sends work to free workers, reports `run_begun` and `run_ended` to the front, and ends with the
/// run or with the front.
///
///     begin (the lease to run) → state → basis → what the machine says → end
struct reconcile_run_state {
  explicit reconcile_run_state(reconcile_run_actor::pointer selfptr) : self(selfptr) {}

  void start(run_collaborators with, reconcile_run_options options, const run_request& asked);
  void use(run_workers now);
  void abort(const failure& why);
  void wake(const alarm_due& alarm);
  [[nodiscard]] const run_report& report() const { return machine_->report(); }

  reconcile_run_actor::pointer self;
  static inline const char* name = "reconcile_run";

private:
  template <class Reply, class Handle, class Message, class Then, class Otherwise>
  void ask(const Handle& whom, Message message, std::chrono::milliseconds limit, Then then,
           Otherwise otherwise);

  [[nodiscard]] std::vector<reconcile_worker_actor> usable_workers() const;

  /// Sends `m` to any worker, and to another one if that one is lost.
  template <class Reply, class Message>
  void ask_worker(Message message, std::function<void(Reply&)> then,
                  std::function<void(const failure&)> otherwise, std::size_t tries = 0);

  /// Calls `then` with a worker as soon as one is usable.
  void with_worker(std::function<void(const reconcile_worker_actor&)> then,
                   std::chrono::milliseconds waited = {});
  void watch(std::chrono::milliseconds idle);
  void load_state();
  void prepare(const run_state& state, bool may_wait);
  void wait_for_cache(const run_state& state);
  void send(const reconcile_worker_actor& worker, const run_work& work);
  template <class Message>
  void send_as(const reconcile_worker_actor& worker, const run_work& work, Message message);
  void release_after(run_pace::duration rest, const caf::actor_addr& worker);

  /// Calls `then` after the delay, unless the run has ended by then.
  void later(std::chrono::milliseconds after, std::function<void()> then);
  void dispatch();
  void carry_out(run_machine::commands commands);
  void handle(const run_step::plan& step);
  void handle(const run_step::look& step);
  void handle(const run_step::halve& step);
  void handle(const run_step::count_members& step);
  void handle(const run_step::confirm& step);
  void handle(const run_step::erase& step);
  void handle(const run_step::verify& step);
  void handle(const run_step::record_mark& step);
  void handle(const run_step::leave_mark& step);
  void handle(const run_step::hold& step);
  void handle(const run_step::end& step);
  void record_end(const run_report& report, const caf::error& why, bool looked_at_all);
  void finish(const run_report& report, const caf::error& why);

  run_collaborators with_;
  reconcile_run_options options_;
  std::string request_id_; ///< of the request that started the run
  std::optional<run_machine> machine_;
  std::deque<run_work> todo_;
  std::vector<caf::actor_addr> busy_; ///< workers that look at users, or rest after that
  run_pace pace_;
  std::vector<caf::actor_addr> spent_; ///< workers that have failed and are ending
  std::map<std::uint64_t, std::function<void()>> alarms_;
  std::uint64_t last_alarm_ = 0;
  throttle progress_events_{std::chrono::milliseconds{1'000}};
};

reconcile_run_actor::behavior_type
reconcile_run(reconcile_run_actor::stateful_pointer<reconcile_run_state> self,
              run_collaborators with, reconcile_run_options options, run_request asked);

} // namespace standings
