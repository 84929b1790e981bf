#pragma once

#include "core/reconcile/run_report.hpp"
#include "core/reconcile/run_settings.hpp"
#include "stores/contracts/cache_audit.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "stores/contracts/reconcile_store.hpp"
#include "sync/reconcile/batch_writer.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace standings {

/// Compares users in cache and database and settles what differs. Blocking; for one thread. A write
/// takes effect only if the row or entry has not changed since it was decided on. Fails with
/// `store_unavailable`; the call may then be repeated, and what was already settled is in sync.
class user_reconciler {
public:
  /// Without `keep`, states that the database has lost stay in the cache.
  user_reconciler(reconcile_store& rows, cache_audit& audit, rank_cache& cache,
                  keep_states_fn keep = {})
      : rows_(rows), audit_(audit), cache_(cache), writer_(rows, audit, cache, std::move(keep)) {}

  /// Compares the database's users in a range, and adds them to the ids seen.
  [[nodiscard]] result<batch_outcome> compare(const run_settings& run, const id_range& range);

  /// Compares a page of `part` of the cache: its users that were not seen before.
  [[nodiscard]] result<batch_outcome>
  compare_cache_only_users(const run_settings& run, cache_part part, const std::string& cursor);

  [[nodiscard]] result<batch_outcome> compare(const run_settings& run,
                                              const std::vector<std::string>& user_ids);

  /// Compares the users that were written after version `since`: at the end of a run these are the
  /// run's own writes and others' in the meantime. Returns the version up to which every row has
  /// been compared and is in the cache.
  [[nodiscard]] result<std::int64_t> verify_changes(const run_settings& run, std::int64_t since);

  /// Deletes candidates that are still absent from the cache and unchanged in the database; a dry
  /// run only counts them. Returns how many. Fails with `cache_warming`, deleting none, if the
  /// cache is not complete in the run's generation.
  [[nodiscard]] result<std::uint64_t> remove(const run_settings& run,
                                             const std::vector<deletion>& users);

  /// Restores the users that a run deleted, in both stores. Returns how many.
  [[nodiscard]] result<std::uint64_t> undo(const std::string& run_id);

private:
  result<run_knowledge> knowledge_of(const run_settings& run);
  result<void> settle(const run_settings& run, const run_knowledge& known,
                      const std::vector<std::string>& user_ids, batch_outcome& out);
  result<void> confirm_generation(const run_settings& run);
  result<void> back_up(const run_settings& run, const std::vector<deletion>& gone);

  reconcile_store& rows_;
  cache_audit& audit_;
  rank_cache& cache_;
  batch_writer writer_;
};

} // namespace standings
