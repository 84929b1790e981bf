#pragma once

#include "core/aliases/alias_diff.hpp"
#include "core/aliases/cycle_report.hpp"
#include "core/base/time.hpp"
#include "stores/contracts/alias_cache.hpp"
#include "stores/contracts/alias_source.hpp"

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace standings {

struct alias_sync_options {
  std::size_t batch = 2'000;     ///< aliases compared at a time
  std::uint32_t full_every = 15; ///< every n-th cycle compares, changed or not
  std::size_t max_problems = 10; ///< reported for each table
  /// For how long after a cycle the cache counts as belonging to this source.
  std::chrono::milliseconds owner_ttl{15 * 60'000};
  clock_fn clock = system_now;
  /// Called between batches and while the source is read. A cycle that is cancelled ends with an
  /// error and deletes nothing.
  std::function<bool()> cancelled = [] {
    return false;
  };
};

/// Mirrors a source into a cache, cycle by cycle. Blocking; used by one thread at a time.
///
/// A cycle reads nothing if neither source nor cache shows a change since the last successful one.
/// An unreadable table deletes nothing: an alias is deleted only after its whole table was read
/// without it. If another source is mirrored into the cache, nothing is touched: each would delete
/// what the other has written.
class alias_sync {
public:
  alias_sync(std::unique_ptr<alias_source> from, alias_cache_ptr to, alias_sync_options options);

  /// Never fails; errors are in the report.
  [[nodiscard]] alias_cycle run(const run_alias_cycle& how);

private:
  /// What the passes of one cycle share.
  struct pass {
    alias_cycle report;
    std::array<alias_table_sight, alias_type_count> sights;
    std::array<seen_aliases, alias_type_count> seen;
    std::array<std::uint64_t, alias_type_count> held{}; ///< cached aliases that were not deleted
  };

  /// The state of source and cache after a successful cycle.
  struct state {
    std::string source;
    std::string cache;
  };

  void run_into(alias_cycle& report, const run_alias_cycle& how);
  [[nodiscard]] alias_cycle_reason reason_for(const run_alias_cycle& how, const state& now) const;
  void compare_all(alias_cycle& report, bool release);
  [[nodiscard]] result<void> mirror_table(alias_type type, alias_snapshot& from, pass& p);
  [[nodiscard]] result<void> mirror_batch(alias_type type, const alias_batch& batch, pass& p);
  [[nodiscard]] result<void> delete_missing(pass& p);
  [[nodiscard]] result<void> delete_of(alias_type type, std::vector<std::string> names, pass& p);
  [[nodiscard]] result<std::string> cache_sign();
  [[nodiscard]] result<void> claim_cache(bool take);
  [[nodiscard]] result<void> failed_table(alias_table_report& table, const failure& why) const;
  void remember(state before, const alias_cycle& report);
  void add_problem(alias_table_report& to, std::string what) const;

  const std::unique_ptr<alias_source> source_;
  const alias_cache_ptr cache_;
  const alias_sync_options options_;
  std::optional<state> last_; ///< after the last cycle, if it succeeded
  std::array<std::uint64_t, alias_type_count> totals_{};
  std::uint32_t since_full_ = 0;
};

} // namespace standings
