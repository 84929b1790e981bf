#include "sync/reconcile/user_reconciler.hpp"

#include "core/base/validate.hpp"
#include "sync/reconcile/by_id.hpp"
#include "sync/reconcile/cache_identity.hpp"
#include "sync/reconcile/quarantine.hpp"
#include "sync/reconcile/row_backup.hpp"

#include <chrono>

namespace standings {

namespace {

constexpr std::size_t page = 1'000;

/// The time by which boards are zeroed, in the background, after a period has started.
constexpr std::chrono::minutes zeroing{10};

/// The time of the reading. It stands for "now", so that a period that starts before the row is
/// written does not count a score that was read earlier.
sys_time time_of(const run_knowledge& known) {
  return known.zeroed_until + zeroing;
}

/// One user as it is in the two stores.
struct subject {
  const std::string& id;
  const entry_view& view;
  const user_record* row;
  const archived_user* archived;
};

/// Adds to the plan what the judgement requires.
void add(const run_settings& run, const subject& user, const judgement& judged, batch_plan& to,
         batch_outcome& out) {
  switch (judged.what) {
  case verdict::in_sync:
    ++out.counts.in_sync;
    break;
  case verdict::update:
  case verdict::create:
    to.changes.push_back(
        {{user.id, judged.score, judged.updated_at, 0}, user.row ? user.row->version : 0});
    to.tokens.push_back(judged.leave_cache ? std::nullopt : std::optional{user.view.token});
    break;
  case verdict::heal:
    if (user.view.present())
      to.heals.push_back({*user.row, user.view.token});
    else if (!run.leave_absent)
      to.absent.push_back(*user.row);
    break;
  case verdict::database_behind:
    if (!user.row) {
      to.lost_users.push_back({*user.view.details, {}});
      break;
    }
    to.lost.push_back({*user.view.details, user.row->score});
    to.replacements.push_back({*user.row, user.view.token});
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

} // namespace

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
    const auto views = audit_.view(ids, known->starts);
    if (!views)
      return views.error();
    std::vector<std::string> suspects;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      for (std::size_t p = 0; p < period_count; ++p)
        out.on_board[p] += (*views)[i].board[p] ? 1 : 0;
      if (judge((*views)[i], &(*rows)[i], nullptr, *known).what != verdict::in_sync)
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

/// Reads each user once more, the cache after the database: a user that was being written during
/// the first reading is in sync by now. Then settles the rest.
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
  const auto views = audit_.view(user_ids, known.starts);
  if (!views)
    return views.error();
  const auto row_of = by_id(*rows);
  const auto archived_of = by_id(*archived);
  batch_plan what;
  for (std::size_t i = 0; i < user_ids.size(); ++i) {
    const subject user{user_ids[i], (*views)[i], find_in(row_of, user_ids[i]),
                       find_in(archived_of, user_ids[i])};
    auto judged = judge(user.view, user.row, user.archived, known);
    if (judged.updated_at == sys_time{})
      judged.updated_at = time_of(known);
    add(run, user, judged, what, out);
  }
  return writer_.carry_out(run, what, out);
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

/// Call after the reading on which the deletion rests: a cache that is complete now was complete
/// then.
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
  const auto views = audit_.view(ids, {});
  if (!views)
    return views.error();
  if (const auto whole = confirm_generation(run); !whole)
    return whole.error();
  std::vector<deletion> gone;
  for (std::size_t i = 0; i < users.size(); ++i)
    if (!(*views)[i].present())
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
