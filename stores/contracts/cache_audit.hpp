#pragma once

#include "core/base/result.hpp"
#include "core/reconcile/judge.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// A state to be written to the cache if the entry has not changed since it was viewed.
struct conditional_write {
  user_record user;
  std::string token; ///< of the view that the decision was based on
};

/// A page of ids, some of which may repeat.
struct id_page {
  std::vector<std::string> user_ids;
  std::string next; ///< the cursor of the next page; empty at the end
};

/// A part of the cache that users can be in: a board, or the details.
using cache_part = std::size_t;
inline constexpr cache_part details_part = period_count; ///< below: a period's index
inline constexpr std::size_t part_count = period_count + 1;

/// What reconcile needs of the cache: it works page by page, and on an incomplete cache, too.
/// Thread-safe. Methods fail with `store_unavailable` if the cache cannot be reached.
class cache_audit {
public:
  cache_audit() = default;
  cache_audit(const cache_audit&) = delete;
  cache_audit& operator=(const cache_audit&) = delete;
  virtual ~cache_audit() = default;

  /// What the cache holds of each user, in the order of the ids. Scores in the details count as 0
  /// if they were written before the period start in `starts`. So does an equal score on a board,
  /// which may not have been zeroed yet. Details without a time are returned as they are.
  [[nodiscard]] virtual result<std::vector<entry_view>> view(std::span<const std::string> user_ids,
                                                             const period_starts& starts) = 0;

  /// A page of the users in `part`, in no particular order; an empty `cursor` starts. A user that
  /// is in it during the whole scan is returned at least once.
  [[nodiscard]] virtual result<id_page> list(cache_part part, const std::string& cursor) = 0;

  /// Writes each state whose entry still has the token; returns how many were written. An older
  /// state may replace a newer one: the caller has decided that.
  [[nodiscard]] virtual result<std::uint64_t>
  write_if_unchanged(std::span<const conditional_write> users) = 0;

  /// Leaves the id of a verified run in the cache if its generation still is `generation`; returns
  /// whether it did. The id disappears when the cache is lost or an earlier snapshot of it is
  /// restored.
  [[nodiscard]] virtual result<bool> set_verified_run(const std::string& generation,
                                                      const std::string& run_id) = 0;

  /// The id that was left last; empty if there is none.
  [[nodiscard]] virtual result<std::string> verified_run() = 0;
};

using cache_audit_ptr = std::shared_ptr<cache_audit>;

} // namespace standings
