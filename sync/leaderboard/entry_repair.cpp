#include "sync/leaderboard/entry_repair.hpp"

#include <string>
#include <unordered_map>
#include <utility>

namespace standings {

namespace {

using views_by_user = std::unordered_map<std::string, entry_view>;

bool has_other_score_on_a_board(const entry_view& seen, const user_record& row) {
  for (std::size_t p = 0; p < period_count; ++p)
    if (seen.board[p] && *seen.board[p] != row.score[p])
      return true;
  return false;
}

/// An earlier state is not: a load replaces it.
bool is_wrong(const entry_view& seen, const user_record& row) {
  const bool is_earlier = seen.details && seen.details->user_id == row.user_id
                          && seen.details->version > 0 && seen.details->version < row.version;
  return !is_earlier
         && (seen.foreign || !has_details_of(seen, row) || has_other_score_on_a_board(seen, row));
}

/// Those of the rows whose entries are wrong, which `seen` gets.
result<std::vector<std::string>> find_wrong(rank_cache& cache, const std::vector<user_record>& rows,
                                            const period_starts& starts, views_by_user& seen) {
  std::vector<std::string> ids;
  ids.reserve(rows.size());
  for (const auto& row : rows)
    ids.push_back(row.user_id);
  auto views = cache.view(ids, starts);
  if (!views)
    return views.error();
  std::vector<std::string> wrong;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (is_wrong((*views)[i], rows[i])) {
      wrong.push_back(rows[i].user_id);
      seen.emplace(rows[i].user_id, std::move((*views)[i]));
    }
  return wrong;
}

} // namespace

bool has_details_of(const entry_view& seen, const user_record& row) {
  return seen.details && seen.details->user_id == row.user_id
         && seen.details->version == row.version && seen.details->score == row.score;
}

result<void> replace_wrong_entries(rank_cache& cache, score_store& rows,
                                   const std::vector<user_record>& users,
                                   std::optional<failure>& cache_failure) {
  const auto fail_with_cache = [&](const failure& why) -> result<void> {
    cache_failure = why;
    return {};
  };
  if (users.empty())
    return {};
  const auto periods = rows.periods();
  if (!periods)
    return periods.error();
  views_by_user seen;
  const auto wrong = find_wrong(cache, users, periods->starts, seen);
  if (!wrong)
    return fail_with_cache(wrong.error());
  if (wrong->empty())
    return {};
  // a writer commits before it writes here: what these rows do not know by now was never committed
  auto now = rows.find_many(*wrong);
  if (!now)
    return now.error();
  std::vector<conditional_write> replacements;
  for (const auto& row : as_shown(std::move(*now)))
    if (const auto& entry = seen.at(row.user_id); is_wrong(entry, row))
      replacements.push_back({row, entry.token});
  if (const auto done = cache.write_if_unchanged(replacements); !done)
    return fail_with_cache(done.error());
  // the wrong entries may have kept out what was written meanwhile
  auto later = rows.find_many(*wrong);
  if (!later)
    return later.error();
  if (const auto done = cache.load(as_shown(std::move(*later))); !done)
    return fail_with_cache(done.error());
  return {};
}

} // namespace standings
