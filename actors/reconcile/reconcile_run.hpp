#pragma once

#include "core/reconcile/deletion_guard.hpp"
#include "messages/actors.hpp"
#include "sync/reconcile/user_reconciler.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace standings {

struct reconcile_run_options {
  std::size_t batch = 1'000;
  std::size_t batches_a_plan = 64;
  std::size_t tries = 3;                           ///< for a batch
  std::chrono::milliseconds first_pause{200};      ///< before the second try; doubles
  std::chrono::milliseconds step_timeout{60'000};  ///< for one batch
  std::chrono::milliseconds cache_timeout{60'000}; ///< for a cache that is being filled
  std::chrono::milliseconds patience{30'000};      ///< with a database that is away
  double max_failed_fraction = 0.1;                ///< of all batches: a run stops beyond
  deletion_limits deletions{};
  std::size_t deletions_a_step = 500;
  std::string backup_dir;
};

/// One run from its start to its end: a driver that lives in the reconcile
/// actor, sends batches to whichever worker is free, and calls `done` once.
///
///     begin (right to run) → state → basis → batches of the database
///       → strangers in the cache → deletions → end
///
/// Whatever a batch does is its own. A batch that fails is tried again; one that
/// fails by what is in it is halved, until the user stands alone who goes to
/// quarantine; one whose store is away counts as failed.
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
    /// Called when the right to run is ours.
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

  [[nodiscard]] const run_report& report() const { return report_; }

private:
  using step = std::variant<compare_batch, compare_cache_only_users>;
  struct work {
    step what;
    std::size_t users = 0; ///< about how many
    std::size_t tries = 0;
  };
  enum class phase : std::uint8_t { preparing, rows, strangers, deletions, ended };

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
  void take_basis(const run_basis& basis);
  void plan();
  void send(const reconcile_worker_actor& worker, work w);
  void take(const work& w, batch_outcome& outcome);
  void missed(work w, const caf::error& why);
  void try_again(work w);
  void give_up(const work& w, const failure& why);
  void halve(const work& w, const failure& why);
  void split(const work& w, std::size_t half, const std::vector<std::string>& ends,
             const failure& why);
  void phase_over();
  void look_for_cache_only_users();
  void walk(const board_counts& boards);
  void decide_deletions();
  void rule(bool stayed_complete);
  void delete_next();
  void hold(const std::string& reason);
  void remember();
  void leave_mark(std::int64_t verified_up_to);
  void finish();
  [[nodiscard]] bool is_selective() const { return report_.periods != every_period; }
  void end(run_status status, std::optional<failure> why = {});

  surroundings around_;
  const reconcile_run_options options_;
  run_report report_;
  std::shared_ptr<run_settings> settings_ = std::make_shared<run_settings>();
  run_basis basis_;
  bool held_before_ = false;
  bool held_ = false; ///< by this run, for those that come

  phase phase_ = phase::preparing;
  std::deque<work> todo_;
  std::vector<caf::actor_addr> busy_;
  std::vector<caf::actor_addr> spent_; ///< workers that have failed and are ending
  std::size_t delayed_ = 0;            ///< batches that wait for their next try
  bool planning_ = false;
  bool planned_ = false;
  std::string plan_after_;
  std::uint64_t expected_batches_ = 0;
  std::array<std::uint64_t, period_count> on_board_{};
  std::vector<deletion> candidates_;
  std::vector<quarantined_user> quarantined_;
  std::size_t deleted_until_ = 0;
  std::uint64_t unread_ = 0;     ///< users that brought down whoever looked at them
  std::uint64_t unverified_ = 0; ///< users that could not be brought to the cache
  bool complete_ = false;
};

} // namespace standings
