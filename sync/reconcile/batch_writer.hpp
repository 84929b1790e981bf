#pragma once

#include "core/reconcile/run_report.hpp"
#include "core/reconcile/run_settings.hpp"
#include "stores/contracts/cache_audit.hpp"
#include "stores/contracts/history_store.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "stores/contracts/reconcile_store.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace standings {

/// Keeps states that only the cache has, under an event, before they are replaced.
using keep_states_fn =
    std::function<result<void>(const std::string& event_id, std::span<const lost_state> states)>;

/// The writes decided on for a batch of users.
struct batch_plan {
  std::vector<row_change> changes;
  /// For each change, the token of the cache entry; `nullopt` if the cache is to stay as it is.
  std::vector<std::optional<std::string>> tokens;
  std::vector<conditional_write> heals;
  std::vector<user_record> absent; ///< users to heal that the cache does not have at all
  std::vector<lost_state> lost;    ///< states that the database no longer has
  std::vector<conditional_write> replacements; ///< one for each of `lost`
  std::vector<lost_state> lost_users;          ///< users whose rows the database no longer has
  std::vector<deletion> removals;              ///< from the cache
};

/// Carries out such plans. A write takes effect only if the row or entry has not changed since it
/// was decided on.
class batch_writer {
public:
  /// Without `keep`, states that the database has lost stay in the cache.
  batch_writer(reconcile_store& rows, cache_audit& audit, rank_cache& cache, keep_states_fn keep)
      : rows_(rows), audit_(audit), cache_(cache), keep_(std::move(keep)) {}

  /// Adds what was done to `out`; in a dry run, what would have been done.
  [[nodiscard]] result<void> carry_out(const run_settings& run, batch_plan& what,
                                       batch_outcome& out);

private:
  result<void> write_rows(const run_settings& run, batch_plan& what, batch_outcome& out);
  result<void> replace_lost(const run_settings& run, const std::vector<conditional_write>& heals,
                            const std::vector<lost_state>& lost, batch_outcome& out);
  result<void> remove_lost(const run_settings& run, const std::vector<lost_state>& lost,
                           batch_outcome& out);
  result<void> bring_back(std::vector<user_record> users, batch_outcome& out);
  result<std::vector<user_record>> still_absent(const std::vector<user_record>& users);
  result<std::vector<user_record>> renew(const std::vector<user_record>& users);

  reconcile_store& rows_;
  cache_audit& audit_;
  rank_cache& cache_;
  keep_states_fn keep_;
};

} // namespace standings
