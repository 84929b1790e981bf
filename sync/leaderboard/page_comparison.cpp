#include "sync/leaderboard/page_comparison.hpp"

#include "sync/leaderboard/entry_repair.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace standings {

namespace {

/// Marks the users whose details are not those of their rows.
result<void> compare_details(rank_cache& cache, const std::vector<std::string>& ids,
                             const std::vector<user_record>& users, const period_starts& starts,
                             std::vector<bool>& differs) {
  const auto seen = cache.view(ids, starts);
  if (!seen)
    return seen.error();
  for (std::size_t i = 0; i < users.size(); ++i)
    if (!has_details_of((*seen)[i], users[i]))
      differs[i] = true;
  return {};
}

} // namespace

result<compared_page> compare_with_cache(const shelved_leaderboard& with,
                                         const std::vector<user_record>& users,
                                         const period_starts& starts,
                                         std::vector<std::string>* differing) {
  compared_page page;
  page.users = users.size();
  std::vector<std::string> ids;
  for (const auto& user : users)
    ids.push_back(user.user_id);
  std::vector<bool> differs(users.size());
  for (const auto p : all_periods) {
    const auto b = index_of(p);
    const auto cached = with.cache->ranks(ids, p);
    if (!cached)
      return cached.error();
    page.members[b] = cached->total_users;
    for (std::size_t i = 0; i < users.size(); ++i) {
      const bool belongs =
          is_on_board(with.of.settings.rules.order, users[i].updated_at, starts[b]);
      const auto& found = cached->users[i];
      page.on_boards[b] += belongs ? 1 : 0;
      if (belongs != found.has_value() || (found && found->score != users[i].score[b]))
        differs[i] = true;
    }
  }
  if (const auto done = compare_details(*with.cache, ids, users, starts, differs); !done)
    return done.error();
  page.differing = static_cast<std::uint64_t>(std::count(differs.begin(), differs.end(), true));
  for (std::size_t i = 0; differing && i < users.size(); ++i)
    if (differs[i])
      differing->push_back(users[i].user_id);
  return page;
}

result<compared_page> compare_rows_with_cache(const shelved_leaderboard& with, score_store& rows,
                                              const std::vector<user_record>& users,
                                              const period_starts& starts) {
  std::vector<std::string> differing;
  auto page = compare_with_cache(with, as_shown(users), starts, &differing);
  if (!page || differing.empty())
    return page;
  const auto again = rows.find_many(differing);
  if (!again)
    return again.error();
  const auto second = compare_with_cache(with, as_shown(*again), starts);
  if (!second)
    return second.error();
  page->differing = second->differing;
  return page;
}

} // namespace standings
