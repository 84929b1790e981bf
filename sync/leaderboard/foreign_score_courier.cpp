#include "sync/leaderboard/foreign_score_courier.hpp"

#include "sync/leaderboard/foreign_change_courier.hpp"

#include <chrono>
#include <optional>
#include <span>
#include <utility>

namespace standings {

namespace {

/// One that is put on the shelf for this alone leaves it first.
constexpr std::chrono::hours unused_for{24};

/// The changes in one leaderboard at the beginning of `changes`.
std::span<const foreign_score> of_one_leaderboard(std::span<const foreign_score> changes) {
  std::size_t n = 0;
  while (n < changes.size() && changes[n].number == changes[0].number)
    ++n;
  return changes.first(n);
}

/// Whether nothing is left to do for these. Fails if the database does; sets `cache_failure` if the
/// cache does.
result<bool> bring(leaderboard_store& store, leaderboard_shelf& shelf,
                   std::span<const foreign_score> part, std::optional<failure>& cache_failure) {
  const auto& id = part[0].leaderboard;
  if (id.empty())
    return true;
  const auto of = store.find(id);
  if (!of)
    return of.error();
  if (!*of || (*of)->archived_at)
    return true;
  const auto there = shelf.put_unused(**of, unused_for);
  if (!there)
    return false; // until its settings can be read
  const auto& rows_of = (*of)->unreadable.empty() ? **of : there->of;
  std::vector<foreign_change> changes;
  std::vector<std::string> ids;
  for (const auto& one : part) {
    changes.push_back(one.change);
    ids.push_back(one.change.user_id);
  }
  auto found = store.scores_of(rows_of)->find_many(ids);
  if (!found)
    return found.error();
  if (const auto done = bring_to_cache(changes, as_shown(std::move(*found)), *there->cache); !done)
    cache_failure = done.error();
  return !cache_failure;
}

} // namespace

result<carried_scores> carry_foreign_scores(leaderboard_store& store, leaderboard_shelf& shelf,
                                            const foreign_score_place& after, std::size_t limit) {
  const auto noted = store.foreign_scores(after, limit);
  if (!noted)
    return noted.error();
  carried_scores out;
  out.more = noted->size() >= limit;
  if (out.more)
    out.next = {noted->back().number, noted->back().change.user_id};
  for (std::span<const foreign_score> left{*noted}; !left.empty();) {
    const auto part = of_one_leaderboard(left);
    left = left.subspan(part.size());
    std::optional<failure> cache_failure;
    const auto brought = bring(store, shelf, part, cache_failure);
    if (!brought)
      return brought.error();
    if (cache_failure)
      out.failed.emplace_back(part[0].leaderboard, *std::move(cache_failure));
    if (!*brought)
      continue;
    if (const auto done = store.settle(part); !done)
      return done.error();
    out.users += part.size();
  }
  return out;
}

} // namespace standings
