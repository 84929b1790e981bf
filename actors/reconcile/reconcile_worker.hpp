#pragma once

#include "messages/internal/reconcile.hpp"
#include "sync/leaderboard/version_guard.hpp"
#include "sync/reconcile/user_reconciler.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace standings {

/// Works on one batch of users at a time. Blocking, so the spawn site detaches it. Opens its
/// connection when it starts, reports worker_ready to `front`, and ends when the connection is
/// lost: the batch fails, and is given to another worker or the next incarnation.
struct reconcile_worker_state {
  explicit reconcile_worker_state(reconcile_worker_actor::pointer selfptr) : self(selfptr) {}

  void init(const reconcile_store_factory& open, cache_audit_ptr audit, rank_cache_ptr cache,
            version_guard_ptr guard);
  caf::result<run_basis> prepare(const run_state& state);
  caf::result<batch_ends> plan(const plan_batches& m);
  caf::result<batch_outcome> compare(const compare_batch& m);
  caf::result<batch_outcome> compare(const compare_cache_only_users& m);
  caf::result<batch_outcome> compare(const compare_users& m);
  caf::result<board_counts> count();
  caf::result<bool> confirm(const std::string& generation);
  caf::result<std::uint64_t> remove(const delete_users& m);
  caf::result<std::int64_t> verify(const verify_changes& m);
  caf::result<bool> mark(const mark_verified& m);
  caf::result<undo_report> undo(const undo_run& m);
  caf::result<std::vector<history_event>> events(const list_events& m);
  caf::result<recover_report> recover(const recover_event& m);
  caf::result<std::vector<self_check_step>> test();

  reconcile_worker_actor::pointer self;
  static inline const char* name = "reconcile_worker";

private:
  /// Returns the error for the requester. Ends this worker if the database may be lost; the next
  /// incarnation finds out.
  caf::error failed(const failure& why);

  template <class T>
  caf::result<T> answer(result<T> outcome) {
    if (!outcome)
      return failed(outcome.error());
    return std::move(*outcome);
  }

  std::unique_ptr<reconcile_store> rows_;
  cache_audit_ptr audit_;
  rank_cache_ptr cache_;
  version_guard_ptr guard_;
  std::optional<user_reconciler> reconciler_; ///< uses rows_, audit_ and cache_
};

reconcile_worker_actor::behavior_type
reconcile_worker(reconcile_worker_actor::stateful_pointer<reconcile_worker_state> self,
                 reconcile_store_factory open, cache_audit_ptr audit, rank_cache_ptr cache,
                 reconcile_front_actor front, std::size_t index, version_guard_ptr guard);

} // namespace standings
