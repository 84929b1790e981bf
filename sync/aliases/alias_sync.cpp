#include "sync/aliases/alias_sync.hpp"

#include "core/base/presentable.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>

namespace standings {

namespace {

failure cancelled() {
  return fail(errc::shutting_down, "the cycle was stopped");
}

} // namespace

alias_sync::alias_sync(std::unique_ptr<alias_source> from, alias_cache_ptr to,
                       alias_sync_options options)
    : source_(std::move(from)), cache_(std::move(to)), options_(std::move(options)) {
  source_->stop_when(options_.cancelled);
}

alias_cycle alias_sync::run(const run_alias_cycle& how) {
  const auto start = std::chrono::steady_clock::now();
  alias_cycle report;
  report.started_at = options_.clock();
  for (const auto type : all_alias_types)
    report.tables.emplace_back().type = type;
  run_into(report, how);
  report.duration = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);
  return report;
}

void alias_sync::run_into(alias_cycle& report, const run_alias_cycle& how) {
  report.reason = how.full ? alias_cycle_reason::requested : alias_cycle_reason::first;
  const auto known = std::exchange(last_, {}); // the next cycle compares unless this one succeeds
  if (!source_->exists()) {
    report.source_missing = true;
    report.error = "the alias source does not exist; nothing was deleted";
    return;
  }
  // before the snapshot, so that a later change shows in the next cycle
  const auto source = source_->fingerprint();
  if (!source) {
    report.error = presentable(explain(source.error())) + "; nothing was deleted";
    return;
  }
  const auto cache = cache_sign();
  if (!cache) {
    report.error = presentable(explain(cache.error()));
    return;
  }
  if (const auto mine = claim_cache(how.release); !mine) {
    report.error = mine.error().detail;
    return;
  }
  last_ = known;
  report.reason = reason_for(how, {*source, *cache});
  if (report.reason == alias_cycle_reason::unchanged) {
    ++since_full_;
    for (auto& table : report.tables)
      table.total = totals_[index_of(table.type)];
    return;
  }
  last_.reset();
  // before anything is written: a cache that is lost meanwhile shows by the end
  const auto marked = cache_->set_marker();
  const auto before = marked ? cache_->sign() : result<std::string>{marked.error()};
  if (!before) {
    report.error = presentable(explain(before.error()));
    return;
  }
  compare_all(report, how.release);
  remember({*source, *before}, report);
}

alias_cycle_reason alias_sync::reason_for(const run_alias_cycle& how, const state& now) const {
  if (!last_)
    return alias_cycle_reason::first;
  if (how.full || how.release)
    return alias_cycle_reason::requested;
  if (last_->source != now.source)
    return alias_cycle_reason::source_changed;
  if (last_->cache != now.cache)
    return alias_cycle_reason::cache_lost;
  return since_full_ + 1 >= options_.full_every ? alias_cycle_reason::periodic
                                                : alias_cycle_reason::unchanged;
}

/// An idle connection may have been lost long ago, which only a second attempt can tell.
result<std::string> alias_sync::cache_sign() {
  auto sign = cache_->sign();
  return sign ? sign : cache_->sign();
}

result<void> alias_sync::claim_cache(bool take) {
  const auto mine = presentable(source_->identity());
  const auto owner = cache_->claim(mine, options_.owner_ttl, take);
  if (!owner)
    return owner.error();
  if (*owner == mine)
    return {};
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(options_.owner_ttl);
  return fail(
      errc::store_unavailable,
      "another alias source is mirrored into this cache, so nothing was written or deleted: "
          + presentable(std::filesystem::path{*owner}.filename().string())
          + ". Give each its own Redis database. If that one is not"
            " used any more, release this one, or wait "
          + std::to_string(minutes.count()) + " minutes");
}

/// Reports the failure of a table; returns one only if the whole cycle has to end.
result<void> alias_sync::failed_table(alias_table_report& table, const failure& why) const {
  if (options_.cancelled())
    return cancelled();
  table.error = presentable(explain(why)) + "; nothing was deleted";
  return {};
}

void alias_sync::compare_all(alias_cycle& report, bool release) {
  auto snapshot = source_->snapshot();
  if (!snapshot) {
    report.error = presentable(explain(snapshot.error())) + "; nothing was deleted";
    return;
  }
  pass p;
  p.report = std::move(report);
  result<void> done{};
  for (const auto type : all_alias_types) {
    p.sights[index_of(type)].released = release;
    if (done)
      done = mirror_table(type, **snapshot, p);
    p.seen[index_of(type)].seal();
  }
  snapshot->reset(); // lets the other application truncate its log
  if (done)
    done = delete_missing(p);
  report = std::move(p.report);
  if (!done)
    report.error = presentable(explain(done.error()));
}

/// Fails if the cache fails or the cycle is cancelled, which ends the cycle; a failure of the table
/// itself is reported with the table.
result<void> alias_sync::mirror_table(alias_type type, alias_snapshot& from, pass& p) {
  auto& table = p.report.tables[index_of(type)];
  auto reader = from.read(type);
  if (!reader)
    return failed_table(table, reader.error());
  for (bool done = false; !done;) {
    if (options_.cancelled())
      return cancelled();
    const auto batch = (*reader)->next(options_.batch);
    if (!batch)
      return failed_table(table, batch.error());
    if (auto mirrored = mirror_batch(type, *batch, p); !mirrored)
      return mirrored;
    done = batch->done;
  }
  p.sights[index_of(type)].read_to_the_end = true;
  return {};
}

result<void> alias_sync::mirror_batch(alias_type type, const alias_batch& batch, pass& p) {
  auto& table = p.report.tables[index_of(type)];
  table.invalid += batch.invalid;
  for (const auto& problem : batch.problems)
    add_problem(table, problem);
  table.total += batch.records.size();
  p.sights[index_of(type)].aliases += batch.records.size();
  for (const auto& record : batch.records)
    p.seen[index_of(type)].add(record.alias);
  const auto cached = cache_->get(type, batch.records);
  if (!cached)
    return cached.error();
  const auto diff = diff_aliases(batch.records, *cached);
  std::vector<alias_record> writes;
  writes.reserve(diff.writes.size());
  for (const auto at : diff.writes)
    writes.push_back(batch.records[at]);
  if (writes.empty())
    return {};
  const auto refused = cache_->put(type, writes);
  if (!refused)
    return refused.error();
  std::vector<bool> written(writes.size(), true);
  for (const auto& r : *refused) {
    written[r.position] = false;
    ++table.failed;
    add_problem(table,
                "alias '" + abbreviated(writes[r.position].alias) + "': " + presentable(r.reason));
  }
  for (std::size_t i = 0; i < writes.size(); ++i)
    if (written[i])
      ++(diff.is_new[i] ? table.added : table.updated);
  return {};
}

result<void> alias_sync::delete_missing(pass& p) {
  if (std::none_of(p.sights.begin(), p.sights.end(),
                   [](const auto& sight) { return sight.read_to_the_end; }))
    return {};
  std::string cursor;
  do {
    if (options_.cancelled())
      return cancelled();
    auto page = cache_->scan(cursor);
    if (!page)
      return page.error();
    std::array<std::vector<std::string>, alias_type_count> missing;
    for (auto& name : page->names)
      if (!p.seen[index_of(name.type)].contains(name.alias))
        missing[index_of(name.type)].push_back(std::move(name.alias));
    for (const auto type : all_alias_types)
      if (!missing[index_of(type)].empty())
        if (auto done = delete_of(type, std::move(missing[index_of(type)]), p); !done)
          return done;
    cursor = std::move(page->next);
  } while (!cursor.empty());
  return {};
}

result<void> alias_sync::delete_of(alias_type type, std::vector<std::string> names, pass& p) {
  auto& table = p.report.tables[index_of(type)];
  auto& held = p.held[index_of(type)];
  const auto verdict = may_delete_aliases(p.sights[index_of(type)], held + names.size());
  if (!verdict.allowed) {
    held += names.size();
    if (table.error.empty()) // otherwise it holds why the table was not read
      table.error = verdict.reason;
    return {};
  }
  const auto removed = cache_->remove(type, names);
  if (!removed)
    return removed.error();
  table.deleted += removed->removed;
  table.foreign += removed->foreign;
  return {};
}

void alias_sync::remember(state before, const alias_cycle& report) {
  for (const auto& table : report.tables)
    totals_[index_of(table.type)] = table.total;
  if (!report.succeeded() || report.sum(&alias_table_report::failed) > 0)
    return;
  const auto after = cache_->sign();
  if (!after || *after != before.cache)
    return;
  since_full_ = 0;
  last_ = std::move(before);
}

void alias_sync::add_problem(alias_table_report& to, std::string what) const {
  if (to.problems.size() < options_.max_problems)
    to.problems.push_back(std::move(what));
}

} // namespace standings
