#pragma once

#include "core/base/result.hpp"
#include "core/reconcile/judge.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace standings {

/// Puts a state into the cache, if the entry still is what was seen of it.
struct conditional_write {
  user_record user;
  std::string token; ///< of the view that the decision was made on
};

/// Ids, some perhaps more than once, and where to go on.
struct id_page {
  std::vector<std::string> user_ids;
  std::string next; ///< the cursor of the next page; empty at the end
};

/// A part of the cache that users can be in: a board, or the details.
using cache_part = std::size_t;
inline constexpr cache_part details_part = period_count; ///< below: a period's index
inline constexpr std::size_t part_count = period_count + 1;

/// The cache as reconcile looks at it: piece by piece, also where it is
/// incomplete. Thread-safe. Methods fail with `store_unavailable` where the
/// cache cannot be reached.
class cache_audit {
public:
  cache_audit() = default;
  cache_audit(const cache_audit&) = delete;
  cache_audit& operator=(const cache_audit&) = delete;
  virtual ~cache_audit() = default;

  /// What the cache holds of each user, in the order of the ids. Scores of
  /// details count only since the period starts in `starts`, and so does a board
  /// that shows the very same: nobody may have zeroed it yet. Details without a
  /// time are given as they are.
  [[nodiscard]] virtual result<std::vector<entry_view>> view(std::span<const std::string> user_ids,
                                                             const period_starts& starts) = 0;

  /// A page of the users in `part`, in no particular order; `cursor` empty
  /// starts. Whoever is in it for the whole walk is given at least once.
  [[nodiscard]] virtual result<id_page> list(cache_part part, const std::string& cursor) = 0;

  /// Writes each state whose entry still has the token; gives how many.
  /// An older state may replace a newer one: the caller has decided.
  [[nodiscard]] virtual result<std::uint64_t>
  write_if_unchanged(std::span<const conditional_write> users) = 0;

  /// Leaves the id of a run in the cache, if that still is of `generation`; gives whether.
  /// It is lost with the cache, and with what an old snapshot does not have.
  [[nodiscard]] virtual result<bool> set_verified_run(const std::string& generation,
                                                      const std::string& run_id) = 0;

  /// The run that was left last; empty if there is none.
  [[nodiscard]] virtual result<std::string> verified_run() = 0;
};

using cache_audit_ptr = std::shared_ptr<cache_audit>;

} // namespace standings
