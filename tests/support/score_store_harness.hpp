#pragma once

#include "core/leaderboard/tenant_quotas.hpp"
#include "stores/contracts/foreign_changes.hpp"
#include "stores/contracts/history_store.hpp"
#include "stores/contracts/leaderboard_store.hpp"
#include "stores/contracts/reconcile_store.hpp"
#include "stores/contracts/run_journal.hpp"
#include "stores/contracts/score_store.hpp"

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace standings::test {

/// A row of the archive of deleted users.
struct archived_user {
  user_record user;
  std::string run_id;
  std::int64_t deleted_version = 0;

  friend bool operator==(const archived_user&, const archived_user&) = default;
};

/// One empty database of some backend, and what the contract suite needs to reach behind the
/// store's back. All functions throw on failure.
class score_store_harness {
public:
  score_store_harness() = default;
  score_store_harness(const score_store_harness&) = delete;
  score_store_harness& operator=(const score_store_harness&) = delete;
  virtual ~score_store_harness() = default;

  /// A new connection. Thread-safe.
  virtual std::unique_ptr<score_store> open() = 0;
  virtual std::unique_ptr<leaderboard_store>
  open_leaderboards(const tenant_quotas& quotas = {}) = 0;
  virtual std::unique_ptr<reconcile_store> open_rows() = 0;
  virtual std::unique_ptr<run_journal> open_journal() = 0;
  virtual std::unique_ptr<history_store> open_history() = 0;
  virtual std::unique_ptr<foreign_changes> open_foreign_changes() = 0;

  /// Runs a statement as another program, on a connection of its own; `{table}` stands for the
  /// leaderboard's table.
  virtual void foreign(const std::string& statement) = 0;

  /// Drops the triggers that report such statements, as recreating the table does.
  virtual void drop_triggers() = 0;

  /// Saves rows, archive and sequence; `restore` restores them without firing triggers, as a
  /// database's own tools do.
  virtual void dump() = 0;
  virtual void restore() = 0;

  /// Sets the sequence of versions back, as a restore does.
  virtual void set_sequence(std::int64_t last) = 0;

  /// The period boundaries of connections opened from now on; none at first.
  virtual void use_calendar(const std::optional<calendar>& boundaries) = 0;

  /// Sets the database's clock, which stands still otherwise.
  virtual void set_time(sys_time now) = 0;

  /// Sets the clock although no time has passed.
  virtual void jump_to(sys_time now) = 0;

  /// Makes the database refuse every write of this user's row until `cure`.
  virtual void poison(const std::string& user_id) = 0;
  virtual void cure() = 0;

  /// The scores in the user's row, expired or not.
  virtual scores stored_scores(const std::string& user_id) = 0;

  /// The archive of deleted users, oldest first.
  virtual std::vector<archived_user> archive() = 0;
};

/// A backend that the contract suite runs over.
struct score_store_backend {
  std::string name;
  std::function<std::unique_ptr<score_store_harness>()> make;

  friend std::ostream& operator<<(std::ostream& out, const score_store_backend& b) {
    return out << b.name;
  }
};

} // namespace standings::test
