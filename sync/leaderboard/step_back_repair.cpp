#include "sync/leaderboard/step_back_repair.hpp"

#include "core/base/validate.hpp"

#include <algorithm>
#include <set>

namespace standings {

namespace {

/// Whether the entry holds a state of ours that is neither the row's nor an older one.
bool is_lost(const entry_view& sight, const user_record& row) {
  if (!sight.details || sight.details->version == 0)
    return false;
  return sight.details->version > row.version
         || (sight.details->version == row.version && sight.details->score != row.score);
}

} // namespace

result<period_starts> step_back_repair::starts() {
  const auto periods = from_.periods();
  if (!periods)
    return periods.error();
  return periods->starts;
}

result<void> step_back_repair::replace_newer(const std::vector<user_record>& rows) {
  const auto now = starts();
  if (!now)
    return now.error();
  std::vector<std::string> ids;
  ids.reserve(rows.size());
  for (const auto& row : rows)
    ids.push_back(row.user_id);
  const auto sights = audit_.view(ids, *now);
  if (!sights)
    return sights.error();
  std::vector<lost_state> lost;
  std::vector<conditional_write> replacements;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (const auto& sight = (*sights)[i]; is_lost(sight, rows[i])) {
      lost.push_back({*sight.details, rows[i].score});
      replacements.push_back({rows[i], sight.token});
    }
  if (lost.empty())
    return {};
  if (const auto kept = guard_.keep(event_.id, event_.reason, lost); !kept)
    return kept.error();
  const auto done = audit_.write_if_unchanged(replacements);
  if (!done)
    return done.error();
  return {};
}

result<void> step_back_repair::remove_cache_only_users() {
  for (cache_part part = 0; part < part_count; ++part) {
    std::string cursor;
    do {
      const auto page = audit_.list(part, cursor);
      if (!page)
        return page.error();
      if (const auto done = remove_cache_only_users(page->user_ids); !done)
        return done.error();
      cursor = page->next;
    } while (!cursor.empty());
  }
  return {};
}

result<void> step_back_repair::remove_cache_only_users(std::vector<std::string> user_ids) {
  // a scan may return a member twice; an invalid user id was not written by us
  std::erase_if(user_ids, [](const std::string& id) { return !validate_user_id(id); });
  std::sort(user_ids.begin(), user_ids.end());
  user_ids.erase(std::unique(user_ids.begin(), user_ids.end()), user_ids.end());
  const auto now = starts();
  if (!now)
    return now.error();
  const auto sights = audit_.view(user_ids, *now);
  if (!sights)
    return sights.error();
  const auto rows = from_.find_many(user_ids); // after the cache: a new user is a row first
  if (!rows)
    return rows.error();
  std::set<std::string_view> known;
  for (const auto& row : *rows)
    known.insert(row.user_id);
  std::vector<lost_state> lost;
  std::vector<deletion> removals;
  for (std::size_t i = 0; i < user_ids.size(); ++i) {
    const auto& details = (*sights)[i].details;
    if (!details || details->version == 0 || known.count(user_ids[i]) > 0)
      continue;
    lost.push_back({*details, {}});
    removals.push_back({user_ids[i], details->version});
  }
  if (lost.empty())
    return {};
  if (const auto kept = guard_.keep(event_.id, event_.reason, lost); !kept)
    return kept.error();
  return cache_.remove(removals);
}

result<void> step_back_repair::close() {
  return guard_.close_events();
}

} // namespace standings
