#pragma once

#include "core/reconcile/run_machine.hpp"
#include "messages/actors.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace standings {

struct reconcile_run_options {
  run_machine_options machine{};
  std::chrono::milliseconds step_timeout{60'000};  ///< for one batch
  std::chrono::milliseconds cache_timeout{60'000}; ///< for a cache that is being filled
  std::chrono::milliseconds patience{30'000};      ///< with a database that is away
};

/// One run from its start to its end. What happens is decided by a run_machine; this drives
/// it: sends work to whichever worker is free, and calls `done` once.
///
///     begin (the lease to run) → state → basis → what the machine says → end
class reconcile_run : public std::enable_shared_from_this<reconcile_run> {
public:
  /// What a run needs of its actor. Handles are null while a worker is down.
  struct surroundings {
    reconcile_actor::pointer self;
    hydration_actor hydration;
    std::function<std::vector<reconcile_worker_actor>()> workers;
    std::function<run_keeper_actor()> keeper;
    /// Calls back later, unless the actor ends before.
    std::function<void(std::chrono::milliseconds, std::function<void()>)> later;
    /// Called when the lease to run is ours.
    std::function<void(const run_report&)> begun;
    /// Called once; the failure is set where the run could not be carried through.
    std::function<void(const run_report&, const std::optional<failure>&)> done;
    clock_fn clock;
  };

  reconcile_run(surroundings around, reconcile_run_options options, const start_run& asked,
                std::string trigger);

  void start();

  /// A worker is free again, or new.
  void dispatch();

  /// Ends the run as failed: what it stood on is gone.
  void abort(const failure& why);

  [[nodiscard]] const run_report& report() const { return machine_.report(); }

private:
  template <class Reply, class Handle, class Message, class Then, class Otherwise>
  void ask(const Handle& whom, Message message, std::chrono::milliseconds limit, Then then,
           Otherwise otherwise);

  [[nodiscard]] std::vector<reconcile_worker_actor> usable_workers() const;

  /// Asks whichever worker there is, and another one where that has been lost.
  template <class Reply, class Message>
  void ask_worker(Message message, std::function<void(Reply&)> then,
                  std::function<void(const failure&)> otherwise, std::size_t tries = 0);

  /// Calls `then` with a worker, as soon as there is one.
  void with_worker(std::function<void(const reconcile_worker_actor&)> then,
                   std::chrono::milliseconds waited = {});
  void watch(std::chrono::milliseconds idle);
  void load_state();
  void prepare(const run_state& state, bool may_wait);
  void wait_for_cache(const run_state& state);
  void send(const reconcile_worker_actor& worker, const run_work& work);
  template <class Message>
  void send_as(const reconcile_worker_actor& worker, const run_work& work, Message message);

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
  void record_end(const run_report& report, bool looked_at_all);

  surroundings around_;
  const reconcile_run_options options_;
  run_machine machine_;
  std::deque<run_work> todo_;
  std::vector<caf::actor_addr> busy_;
  std::vector<caf::actor_addr> spent_; ///< workers that have failed and are ending
};

} // namespace standings
