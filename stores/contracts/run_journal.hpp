#pragma once

#include "core/base/result.hpp"
#include "core/reconcile/run_report.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// What reconcile has to remember, and the leases under which it works; in the database that all
/// instances share. One connection, blocking, for one thread. Methods fail with `store_unavailable`
/// if the connection is lost; its leases are lost with it.
class run_journal {
public:
  /// Each is held by at most one instance, and ends with its connection.
  enum class lease : std::uint8_t {
    leader, ///< to do the periodic work
    run     ///< to carry out a run
  };

  run_journal() = default;
  run_journal(const run_journal&) = delete;
  run_journal& operator=(const run_journal&) = delete;
  virtual ~run_journal() = default;

  /// Takes the lease if no other instance has it; returns whether this one has it now.
  [[nodiscard]] virtual result<bool> acquire(lease what) = 0;
  [[nodiscard]] virtual result<void> release(lease what) = 0;

  [[nodiscard]] virtual result<run_state> load() = 0;

  /// Saves what the last complete run has verified.
  [[nodiscard]] virtual result<void> save_verified(const mark_verified& m) = 0;
  [[nodiscard]] virtual result<void> save_hold(const standings::save_hold& m) = 0;
  [[nodiscard]] virtual result<void> save_started(bool started) = 0;

  /// Inserts a run, or updates a known one.
  [[nodiscard]] virtual result<void> save_run(const run_report& run) = 0;

  /// Marks the runs that are still `running` as abandoned: their instances have ended. Call it only
  /// while holding the lease `run`.
  [[nodiscard]] virtual result<void> abandon_runs() = 0;

  /// The last runs, newest first.
  [[nodiscard]] virtual result<std::vector<run_report>> runs(std::size_t limit) = 0;
  [[nodiscard]] virtual result<std::optional<run_report>> run(const std::string& run_id) = 0;

  /// Deletes all but the newest `keep` runs.
  [[nodiscard]] virtual result<void> forget_runs(std::size_t keep) = 0;

  /// Records users that a run could not settle. All belong to one
  /// run; a user that appears more than once is recorded once.
  [[nodiscard]] virtual result<void> quarantine(std::span<const quarantined_user> users) = 0;

  /// Removes users that `run_id` has not quarantined (again).
  [[nodiscard]] virtual result<void> release_others(const std::string& run_id) = 0;

  /// The quarantined users, latest first.
  [[nodiscard]] virtual result<std::vector<quarantined_user>> quarantined(std::size_t limit) = 0;
  [[nodiscard]] virtual result<std::uint64_t> count_quarantined() = 0;
};

using run_journal_factory = std::function<result<std::unique_ptr<run_journal>>()>;

} // namespace standings
