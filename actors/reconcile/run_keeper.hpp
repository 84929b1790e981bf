#pragma once

#include "messages/internal/reconcile.hpp"
#include "stores/contracts/run_journal.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <memory>

namespace standings {

struct run_keeper_options {
  std::chrono::milliseconds look{2'000}; ///< between two checks of the leadership
  std::size_t keep_runs = 1'000;
};

/// Records runs in the database, and holds the leases to lead and to run on its connection.
/// Blocking, so the spawn site detaches it. Ends when the connection is lost, and the leases with
/// it. Reports its leadership to `front` after each check.
struct run_keeper_state {
  explicit run_keeper_state(run_keeper_actor::pointer selfptr) : self(selfptr) {}

  void init(const run_journal_factory& open, reconcile_front_actor to, std::size_t index,
            const run_keeper_options& with);
  caf::result<run_state> load();
  caf::result<bool> begin(const begin_run& m);
  caf::result<bool> end(const end_run& m);
  caf::result<bool> save(const mark_verified& m);
  caf::result<bool> save(const save_hold& m);
  caf::result<bool> save(const save_started& m);
  caf::result<std::vector<run_report>> runs(const list_runs& m);
  caf::result<run_report> find(const find_run& m);
  caf::result<std::vector<quarantined_user>> quarantined(const list_quarantine& m);
  void look();

  run_keeper_actor::pointer self;
  static inline const char* name = "run_keeper";

private:
  /// Returns the error for the requester, and ends this actor: the connection is lost.
  caf::error lost(const failure& why);
  caf::result<bool> done(const result<void>& outcome);

  run_keeper_options options_;
  std::unique_ptr<run_journal> journal_;
  reconcile_front_actor front_;
};

run_keeper_actor::behavior_type
run_keeper(run_keeper_actor::stateful_pointer<run_keeper_state> self, run_journal_factory open,
           reconcile_front_actor front, std::size_t index, run_keeper_options options);

} // namespace standings
