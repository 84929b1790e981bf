#include "sync/reconcile/batch_writer.hpp"

#include "core/base/bisect.hpp"
#include "sync/reconcile/by_id.hpp"
#include "sync/reconcile/quarantine.hpp"

#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace standings {

result<void> batch_writer::carry_out(const run_settings& run, batch_plan& what,
                                     batch_outcome& out) {
  if (run.dry_run) {
    for (const auto& change : what.changes)
      ++(change.expected == 0 ? out.counts.created : out.counts.updated);
    out.counts.healed += what.heals.size() + what.absent.size() + what.lost.size();
    out.counts.removed += what.removals.size() + what.lost_users.size();
    return {};
  }
  if (!what.changes.empty())
    if (const auto done = write_rows(run, what, out); !done)
      return done.error();
  if (!what.heals.empty()) {
    const auto healed = audit_.write_if_unchanged(what.heals);
    if (!healed)
      return healed.error();
    out.counts.healed += *healed;
    out.counts.changed += what.heals.size() - *healed;
  }
  if (const auto done = replace_lost(run, what.replacements, what.lost, out); !done)
    return done.error();
  if (const auto done = remove_lost(run, what.lost_users, out); !done)
    return done.error();
  if (const auto done = bring_back(std::move(what.absent), out); !done)
    return done.error();
  if (!what.removals.empty()) {
    if (const auto done = cache_.remove(what.removals); !done)
      return done.error();
    out.counts.removed += what.removals.size();
  }
  return {};
}

/// If the cache has a state that the database does not know, the database is right. Reads the rows
/// once more: a user that was being written during the first reading is not lost.
result<void> batch_writer::replace_lost(const run_settings& run,
                                        const std::vector<conditional_write>& replacements,
                                        const std::vector<lost_state>& lost, batch_outcome& out) {
  if (lost.empty())
    return {};
  std::vector<std::string> ids;
  for (const auto& one : replacements)
    ids.push_back(one.user.user_id);
  const auto rows = rows_.find(ids);
  if (!rows)
    return rows.error();
  const auto row_of = by_id(*rows);
  std::vector<lost_state> kept;
  std::vector<conditional_write> heals;
  for (std::size_t i = 0; i < lost.size(); ++i) {
    const auto* row = find_in(row_of, ids[i]);
    if (!keep_ || !row || row->version >= lost[i].cached.version)
      continue;
    kept.push_back({lost[i].cached, row->score});
    heals.push_back({*row, replacements[i].token});
  }
  out.counts.changed += lost.size() - heals.size();
  if (heals.empty())
    return {};
  if (const auto done = keep_(run.run_id, kept); !done)
    return done.error();
  const auto healed = audit_.write_if_unchanged(heals);
  if (!healed)
    return healed.error();
  out.counts.healed += *healed;
  out.counts.changed += heals.size() - *healed;
  return {};
}

/// Like `replace_lost`, for users without a row: they are kept under the event and removed from the
/// cache.
result<void> batch_writer::remove_lost(const run_settings& run, const std::vector<lost_state>& lost,
                                       batch_outcome& out) {
  if (lost.empty())
    return {};
  std::vector<std::string> ids;
  for (const auto& one : lost)
    ids.push_back(one.cached.user_id);
  const auto rows = rows_.find(ids);
  if (!rows)
    return rows.error();
  const auto row_of = by_id(*rows);
  std::vector<lost_state> kept;
  std::vector<deletion> removals;
  for (const auto& one : lost)
    if (keep_ && !find_in(row_of, one.cached.user_id)) {
      kept.push_back(one);
      removals.push_back({one.cached.user_id, one.cached.version});
    }
  out.counts.changed += lost.size() - removals.size();
  if (removals.empty())
    return {};
  if (const auto done = keep_(run.run_id, kept); !done)
    return done.error();
  if (const auto done = cache_.remove(removals); !done)
    return done.error();
  out.counts.removed += removals.size();
  return {};
}

/// Brings users to a cache that does not have them. If the cache refuses a row, it remembers a
/// removal with a later version, as after a restore of old rows; such a row gets a new version. A
/// user that could not be cached by either attempt must not count as verified.
result<void> batch_writer::bring_back(std::vector<user_record> users, batch_outcome& out) {
  for (const bool with_new_versions : {false, true}) {
    if (with_new_versions && !users.empty()) {
      auto renewed = renew(users);
      if (!renewed)
        return renewed.error();
      out.counts.changed += users.size() - renewed->size();
      users = std::move(*renewed);
    }
    if (users.empty())
      return {};
    std::vector<conditional_write> entries;
    for (const auto& user : users)
      entries.push_back({user, {}});
    const auto healed = audit_.write_if_unchanged(entries);
    if (!healed)
      return healed.error();
    out.counts.healed += *healed;
    if (*healed == users.size())
      return {};
    auto missing = still_absent(users);
    if (!missing)
      return missing.error();
    out.counts.changed += users.size() - *healed - missing->size();
    users = std::move(*missing);
  }
  out.unverified += users.size();
  return {};
}

/// The users that are still absent from the cache, whether we or others might have written them.
result<std::vector<user_record>> batch_writer::still_absent(const std::vector<user_record>& users) {
  const auto views = audit_.view(ids_of(users), {});
  if (!views)
    return views.error();
  std::vector<user_record> out;
  for (std::size_t i = 0; i < users.size(); ++i)
    if (!(*views)[i].present())
      out.push_back(users[i]);
  return out;
}

result<std::vector<user_record>> batch_writer::renew(const std::vector<user_record>& users) {
  std::vector<row_change> changes;
  for (const auto& user : users)
    changes.push_back({user, user.version});
  return rows_.write(changes);
}

/// Writes the cache's states to the database, then the new versions to the cache.
result<void> batch_writer::write_rows(const run_settings& run, batch_plan& what,
                                      batch_outcome& out) {
  std::unordered_map<std::string_view, std::size_t> position;
  for (std::size_t i = 0; i < what.changes.size(); ++i)
    position.emplace(what.changes[i].wanted.user_id, i);
  std::vector<conditional_write> written;
  std::uint64_t refused = 0;
  std::uint64_t rows_written = 0;
  const auto write = [&](std::size_t first, std::size_t last) -> result<void> {
    auto rows = rows_.write(std::span{what.changes}.subspan(first, last - first));
    if (!rows)
      return rows.error();
    for (auto& row : *rows) {
      const auto i = position.at(row.user_id);
      ++(what.changes[i].expected == 0 ? out.counts.created : out.counts.updated);
      ++rows_written;
      if (what.tokens[i])
        written.push_back({std::move(row), *what.tokens[i]});
    }
    return {};
  };
  const auto reject = [&](std::size_t i, const failure& why) {
    ++refused;
    quarantine(run, what.changes[i].wanted.user_id, why.detail, out);
  };
  if (const auto done = bisect(0, what.changes.size(), write, reject); !done)
    return done.error();
  out.counts.changed += what.changes.size() - rows_written - refused;
  // an entry that has changed meanwhile stays: it is newer than what we took over
  const auto told = audit_.write_if_unchanged(written);
  if (!told)
    return told.error();
  return {};
}

} // namespace standings
