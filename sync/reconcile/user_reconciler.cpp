#include "sync/reconcile/user_reconciler.hpp"

#include "core/base/bisect.hpp"
#include "core/base/validate.hpp"
#include "sync/reconcile/cache_identity.hpp"
#include "sync/reconcile/row_backup.hpp"

#include <chrono>
#include <unordered_map>

namespace standings {

namespace {

constexpr std::size_t page = 1'000;

/// Boards are zeroed in the background when a period starts; not later than this.
constexpr std::chrono::minutes zeroing{10};

/// When the look was taken. Stands for "now", so that a period that starts before
/// the row is written does not count what was seen before.
sys_time time_of(const run_knowledge& known) {
  return known.zeroed_until + zeroing;
}

template <class T>
std::unordered_map<std::string_view, const T*> by_id(const std::vector<T>& all) {
  std::unordered_map<std::string_view, const T*> out;
  for (const auto& one : all)
    out.emplace(one.user_id, &one);
  return out;
}

template <class T>
const T* find_in(const std::unordered_map<std::string_view, const T*>& map, const std::string& id) {
  const auto at = map.find(id);
  return at == map.end() ? nullptr : at->second;
}

std::vector<std::string> ids_of(const std::vector<user_record>& users) {
  std::vector<std::string> out;
  out.reserve(users.size());
  for (const auto& user : users)
    out.push_back(user.user_id);
  return out;
}

/// As it can be stored as text: what is not printable ASCII of an invalid id is escaped.
std::string printable(const std::string& id) {
  if (validate_user_id(id))
    return id;
  constexpr std::size_t most = 512;
  constexpr auto digits = "0123456789abcdef";
  std::string out;
  for (const char c : id) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= ' ' && byte < 0x7f && c != '\\')
      out += c;
    else
      out.append("\\x").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    if (out.size() > most)
      break;
  }
  return out;
}

void quarantine(const run_settings& run, const std::string& id, const std::string& reason,
                batch_outcome& out) {
  ++out.counts.quarantined;
  out.quarantined.push_back({printable(id), reason, run.run_id, {}, system_now(), 1});
}

} // namespace

/// One user as the two stores have it.
struct user_reconciler::subject {
  const std::string& id;
  const entry_view& sight;
  const user_record* row;
  const archived_user* archived;
};

/// What is to be done with the users of a batch.
struct user_reconciler::plan {
  std::vector<row_change> changes;
  /// Of the entries, one for each change; nothing where the cache is to stay.
  std::vector<std::optional<std::string>> tokens;
  std::vector<conditional_write> heals;
  std::vector<user_record> absent; ///< heals of users whom the cache does not have at all
  std::vector<lost_state> lost;    ///< what the database does not have any more
  std::vector<conditional_write> replacements; ///< one for each of `lost`
  std::vector<lost_state> lost_users;          ///< whose rows the database does not have any more
  std::vector<deletion> removals;              ///< from the cache
};

result<run_knowledge> user_reconciler::knowledge_of(const run_settings& run) {
  const auto starts = rows_.starts();
  if (!starts)
    return starts.error();
  const auto versioned = rows_.versions_foreign_writes();
  if (!versioned)
    return versioned.error();
  run_knowledge out;
  out.starts = starts->first;
  out.zeroed_until = starts->second - zeroing;
  out.verified_up_to = run.verified_up_to;
  out.rows_versioned = *versioned;
  out.whole_run = !run.leave_absent;
  out.first_contact = run.first_contact;
  out.selected = run.selected;
  return out;
}

result<batch_outcome> user_reconciler::compare(const run_settings& run, const id_range& range) {
  const auto known = knowledge_of(run);
  if (!known)
    return known.error();
  batch_outcome out;
  for (auto rest = range;;) {
    const auto rows = rows_.read(rest, page);
    if (!rows)
      return rows.error();
    const auto ids = ids_of(*rows);
    const auto sights = audit_.view(ids, known->starts);
    if (!sights)
      return sights.error();
    std::vector<std::string> suspects;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      for (std::size_t p = 0; p < period_count; ++p)
        out.on_board[p] += (*sights)[i].board[p] ? 1 : 0;
      if (judge((*sights)[i], &(*rows)[i], nullptr, *known).what != verdict::in_sync)
        suspects.push_back(ids[i]);
    }
    out.counts.checked += ids.size();
    out.counts.in_sync += ids.size() - suspects.size();
    if (const auto done = settle(run, *known, suspects, out); !done)
      return done.error();
    run.seen->insert(ids);
    if (rows->size() < page)
      return out;
    rest.after = ids.back();
  }
}

result<batch_outcome> user_reconciler::compare_cache_only_users(const run_settings& run,
                                                                cache_part part,
                                                                const std::string& cursor) {
  const auto listed = audit_.list(part, cursor);
  if (!listed)
    return listed.error();
  const auto fresh = run.seen->insert(listed->user_ids);
  auto out = compare(run, fresh);
  if (out)
    out->next = listed->next;
  else
    run.seen->forget(fresh); // the caller may try again
  return out;
}

result<batch_outcome> user_reconciler::compare(const run_settings& run,
                                               const std::vector<std::string>& user_ids) {
  batch_outcome out;
  if (user_ids.empty())
    return out;
  const auto known = knowledge_of(run);
  if (!known)
    return known.error();
  std::vector<std::string> valid;
  for (const auto& id : user_ids) {
    ++out.counts.checked;
    if (validate_user_id(id))
      valid.push_back(id);
    else
      quarantine(run, id, "the cache holds a user id that is not valid", out);
  }
  if (const auto done = settle(run, *known, valid, out); !done)
    return done.error();
  return out;
}

/// Looks once more at each user, cache after database: whoever was being written
/// when the first look was taken is in sync by now. Then settles the rest.
result<void> user_reconciler::settle(const run_settings& run, const run_knowledge& known,
                                     const std::vector<std::string>& user_ids, batch_outcome& out) {
  if (user_ids.empty())
    return {};
  const auto rows = rows_.find(user_ids);
  if (!rows)
    return rows.error();
  const auto archived = rows_.archived(user_ids);
  if (!archived)
    return archived.error();
  const auto sights = audit_.view(user_ids, known.starts);
  if (!sights)
    return sights.error();
  const auto row_of = by_id(*rows);
  const auto archived_of = by_id(*archived);
  plan what;
  for (std::size_t i = 0; i < user_ids.size(); ++i) {
    const subject user{user_ids[i], (*sights)[i], find_in(row_of, user_ids[i]),
                       find_in(archived_of, user_ids[i])};
    auto judged = judge(user.sight, user.row, user.archived, known);
    if (judged.updated_at == sys_time{})
      judged.updated_at = time_of(known);
    add(run, user, judged, what, out);
  }
  return carry_out(run, what, out);
}

void user_reconciler::add(const run_settings& run, const subject& user, const judgement& judged,
                          plan& to, batch_outcome& out) {
  switch (judged.what) {
  case verdict::in_sync:
    ++out.counts.in_sync;
    break;
  case verdict::update:
  case verdict::create:
    to.changes.push_back(
        {{user.id, judged.score, judged.updated_at, 0}, user.row ? user.row->version : 0});
    to.tokens.push_back(judged.leave_cache ? std::nullopt : std::optional{user.sight.token});
    break;
  case verdict::heal:
    if (user.sight.present())
      to.heals.push_back({*user.row, user.sight.token});
    else if (!run.leave_absent)
      to.absent.push_back(*user.row);
    break;
  case verdict::database_behind:
    if (!user.row) {
      to.lost_users.push_back({*user.sight.details, {}});
      break;
    }
    to.lost.push_back({*user.sight.details, user.row->score});
    to.replacements.push_back({*user.row, user.sight.token});
    break;
  case verdict::postponed:
    ++out.counts.changed;
    break;
  case verdict::remove_from_cache:
    to.removals.push_back({user.id, user.archived->version});
    break;
  case verdict::delete_candidate:
    ++out.counts.candidates;
    out.candidates.push_back({user.id, user.row->version});
    break;
  case verdict::undated:
    quarantine(run, user.id,
               "left alone: scores differ, and the time of the cached details cannot be read", out);
    break;
  case verdict::foreign:
    quarantine(run, user.id,
               "left alone: the cache holds a score that is a fraction, negative, 2^53 or more, or "
               "no number",
               out);
    break;
  case verdict::invalid:
    quarantine(run, user.id, "the cache holds details or scores that are not valid", out);
    break;
  }
}

result<void> user_reconciler::carry_out(const run_settings& run, plan& what, batch_outcome& out) {
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

/// The database is trusted where it does not know a state that the cache has. Looks
/// at the rows once more: whoever was being written when they were read is not lost.
result<void> user_reconciler::replace_lost(const run_settings& run,
                                           const std::vector<conditional_write>& replacements,
                                           const std::vector<lost_state>& lost,
                                           batch_outcome& out) {
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

/// Likewise of users whose rows are gone: they are kept, and leave the cache.
result<void> user_reconciler::remove_lost(const run_settings& run,
                                          const std::vector<lost_state>& lost, batch_outcome& out) {
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

/// Brings users to a cache that does not have them. One that does not take a row
/// remembers a removal with a later version, as where somebody has restored old
/// rows: such a row gets a new version. Who is in neither way brought there must not
/// count as seen.
result<void> user_reconciler::bring_back(std::vector<user_record> users, batch_outcome& out) {
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

/// Those who are in the cache neither by us nor by anybody else.
result<std::vector<user_record>>
user_reconciler::still_absent(const std::vector<user_record>& users) {
  const auto sights = audit_.view(ids_of(users), {});
  if (!sights)
    return sights.error();
  std::vector<user_record> out;
  for (std::size_t i = 0; i < users.size(); ++i)
    if (!(*sights)[i].present())
      out.push_back(users[i]);
  return out;
}

result<std::vector<user_record>> user_reconciler::renew(const std::vector<user_record>& users) {
  std::vector<row_change> changes;
  for (const auto& user : users)
    changes.push_back({user, user.version});
  return rows_.write(changes);
}

/// Cache to database, then the new versions to the cache.
result<void> user_reconciler::write_rows(const run_settings& run, plan& what, batch_outcome& out) {
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

result<std::int64_t> user_reconciler::verify_changes(const run_settings& run, std::int64_t since) {
  const auto barrier = rows_.barrier();
  if (!barrier || *barrier == since)
    return barrier;
  run_settings knowing_nothing = run;
  knowing_nothing.verified_up_to.reset();
  for (std::string after;;) {
    const auto ids = rows_.written_since(since, after, page);
    if (!ids)
      return ids.error();
    const auto done = compare(knowing_nothing, *ids);
    if (!done)
      return done.error();
    if (done->unverified > 0)
      return since;
    if (ids->size() < page)
      return *barrier;
    after = ids->back();
  }
}

// -- deletions -------------------------------------------------------------------

/// To be called after the look that the deletion rests on: a cache that is whole
/// now was so then.
result<void> user_reconciler::confirm_generation(const run_settings& run) {
  const auto generation = complete_generation(cache_);
  if (!generation && generation.error().code != errc::cache_warming)
    return generation.error();
  if (!generation || *generation != run.generation)
    return fail(errc::cache_warming, "the cache was lost during the run");
  return {};
}

result<std::uint64_t> user_reconciler::remove(const run_settings& run,
                                              const std::vector<deletion>& users) {
  std::vector<std::string> ids;
  for (const auto& user : users)
    ids.push_back(user.user_id);
  const auto sights = audit_.view(ids, {});
  if (!sights)
    return sights.error();
  if (const auto whole = confirm_generation(run); !whole)
    return whole.error();
  std::vector<deletion> gone;
  for (std::size_t i = 0; i < users.size(); ++i)
    if (!(*sights)[i].present())
      gone.push_back({users[i].user_id, users[i].version});
  if (run.dry_run)
    return gone.size();
  if (const auto saved = back_up(run, gone); !saved)
    return saved.error();
  const auto deleted = rows_.remove(gone, run.run_id);
  if (!deleted)
    return deleted.error();
  if (const auto told = cache_.remove(*deleted); !told)
    return told.error();
  return deleted->size();
}

result<void> user_reconciler::back_up(const run_settings& run, const std::vector<deletion>& gone) {
  if (run.backup_dir.empty())
    return {};
  std::vector<std::string> ids;
  for (const auto& user : gone)
    ids.push_back(user.user_id);
  const auto rows = rows_.find(ids);
  if (!rows)
    return rows.error();
  return back_up_rows(run.backup_dir, run.run_id, *rows);
}

result<std::uint64_t> user_reconciler::undo(const std::string& run_id) {
  std::uint64_t restored = 0;
  for (std::string after;;) {
    const auto back = rows_.restore(run_id, after, page);
    if (!back)
      return back.error();
    if (const auto told = cache_.apply(*back); !told)
      return told.error();
    restored += back->size();
    if (back->size() < page)
      return restored;
    after = back->back().user_id;
  }
}

} // namespace standings
