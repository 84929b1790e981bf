#include "sync/leaderboard/foreign_change_courier.hpp"

#include <set>
#include <string_view>

namespace standings {

result<void> bring_to_cache(std::span<const foreign_change> changes,
                            std::span<const user_record> found, rank_cache& cache) {
  std::set<std::string_view> present;
  for (const auto& user : found)
    present.insert(user.user_id);
  std::vector<deletion> gone;
  for (const auto& change : changes)
    if (present.count(change.user_id) == 0)
      gone.push_back({change.user_id, change.version});
  if (const auto done = cache.apply(found); !done)
    return done.error();
  if (!gone.empty())
    if (const auto done = cache.remove(gone); !done)
      return done.error();
  return {};
}

result<std::size_t> carry_foreign_changes(foreign_changes& changes, score_store& rows,
                                          rank_cache& cache, std::size_t limit) {
  const auto pending = changes.pending(limit);
  if (!pending)
    return pending.error();
  if (pending->empty())
    return std::size_t{0};
  std::vector<std::string> ids;
  for (const auto& change : *pending)
    ids.push_back(change.user_id);
  const auto found = rows.find_many(ids);
  if (!found)
    return found.error();
  if (const auto done = bring_to_cache(*pending, *found, cache); !done)
    return done.error();
  if (const auto done = changes.settle(*pending); !done)
    return done.error();
  return pending->size();
}

} // namespace standings
