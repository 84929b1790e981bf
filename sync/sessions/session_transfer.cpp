#include "sync/sessions/session_transfer.hpp"

#include "core/base/bisect.hpp"
#include "core/base/presentable.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace standings {

namespace {

constexpr std::size_t most_at_a_time = 500; ///< sessions read in one round trip
constexpr std::size_t compared_at_a_time = 50;
constexpr int most_scans = 100; ///< for one page: the source may hold many other keys

/// Each id once.
std::vector<std::string> distinct(std::span<const std::string> ids) {
  std::vector<std::string> out{ids.begin(), ids.end()};
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

/// The ids that a row can have: databases reject other texts even in a query.
std::vector<std::string> storable(std::span<const std::string> ids) {
  std::vector<std::string> out;
  for (const auto& id : ids)
    if (validate_session_id(id))
      out.push_back(id);
  return out;
}

/// The quarantine also gets the cause; the counts contain only what callers may see.
void refuse(const std::string& id, const failure& why, std::vector<rejected_session>& to,
            sessions_synced& counts) {
  to.push_back({presentable_id(id), presentable(explain(why))});
  counts.problems.push_back({to.back().id, why.detail});
  ++counts.quarantined;
  add_skip(counts.refused, why.detail);
}

result<parsed_session> parse(const source_session& found, std::size_t max_bytes) {
  using state = source_session::state;
  if (found.is == state::wrong_type) {
    parsed_session other;
    other.ours = false;
    return other;
  }
  return found.is == state::too_large ? parse_oversized(found.text, max_bytes)
                                      : parse_session(found.id, found.text, max_bytes);
}

} // namespace

// -- bringing --------------------------------------------------------------------

result<sessions_synced> session_transfer::sync(std::span<const std::string> wanted) {
  const auto ids = distinct(wanted);
  sessions_synced counts;
  for (std::size_t first = 0; first < ids.size();) {
    const auto some = std::span{ids}.subspan(first, std::min(most_at_a_time, ids.size() - first));
    const auto found = from_.read(some, limits_.read_bytes);
    if (!found)
      return found.error();
    reading what;
    for (const auto& session : *found)
      take(session, what, counts);
    if (const auto written = write(what, counts); !written)
      return written.error();
    first += found->size();
  }
  return counts;
}

result<page_synced> session_transfer::sync_page(const std::string& cursor, std::size_t limit) {
  if (cursor.empty())
    if (const auto begun = begin_sweep(); !begun)
      return begun.error();
  std::vector<std::string> ids;
  auto at = cursor;
  for (int scans = 0; scans < most_scans && ids.size() < limit; ++scans) {
    auto page = from_.scan(at, limit);
    if (!page)
      return page.error();
    std::move(page->ids.begin(), page->ids.end(), std::back_inserter(ids));
    at = std::move(page->cursor);
    if (at.empty())
      break;
  }
  auto counts = sync(ids);
  if (!counts)
    return counts.error();
  if (at.empty())
    if (const auto ended = end_sweep(*counts); !ended)
      return ended.error();
  return page_synced{std::move(*counts), std::move(at)};
}

void session_transfer::take(const source_session& found, reading& to,
                            sessions_synced& counts) const {
  if (found.is == source_session::state::gone) {
    ++counts.gone;
    to.absent.push_back(presentable_id(found.id));
    return;
  }
  ++counts.read;
  auto parsed = parse(found, limits_.max_session_bytes);
  if (!parsed)
    return refuse(found.id, parsed.error(), to.refused, counts);
  if (!parsed->ours) {
    --counts.read;
    ++counts.not_ours;
    to.absent.push_back(presentable_id(found.id));
    return;
  }
  counts.duplicates += parsed->duplicates;
  counts.replaced += parsed->replaced;
  for (const auto& [reason, count] : parsed->mended)
    add_skip(counts.mended, reason, count);
  for (const auto& [reason, count] : parsed->skipped)
    add_skip(counts.skipped, reason, count);
  to.sessions.push_back(std::move(parsed->session));
}

/// Writes in transactions of a limited number of messages.
result<void> session_transfer::write(reading& what, sessions_synced& counts) {
  const std::span<const session_record> all{what.sessions};
  for (std::size_t first = 0; first < all.size();) {
    auto last = first;
    std::size_t messages = 0;
    do
      messages += all[last++].messages.size();
    while (last < all.size() && messages + all[last].messages.size() <= limits_.write_messages);
    if (const auto done = write(all.subspan(first, last - first), what.refused, counts); !done)
      return done.error();
    first = last;
  }
  return settle_quarantine(what, counts);
}

result<void> session_transfer::settle_quarantine(const reading& what, sessions_synced& counts) {
  if (!what.refused.empty()) {
    const auto dropped = to_.quarantine(what.refused);
    if (!dropped)
      return dropped.error();
    counts.dropped += *dropped;
  }
  if (!what.absent.empty()) {
    const auto released = to_.release(what.absent);
    if (!released)
      return released.error();
    counts.released += *released;
  }
  return {};
}

result<void> session_transfer::begin_sweep() {
  const auto now = to_.now();
  if (!now)
    return now.error();
  sweep_ = *now;
  return {};
}

/// A quarantined session that was not found by a complete scan is no longer in the source.
result<void> session_transfer::end_sweep(sessions_synced& counts) {
  const auto began = std::exchange(sweep_, std::nullopt);
  if (!began)
    return {};
  const auto released = to_.release_before(*began);
  if (!released)
    return released.error();
  counts.released += *released;
  return {};
}

result<void> session_transfer::write(std::span<const session_record> sessions,
                                     std::vector<rejected_session>& refused,
                                     sessions_synced& counts) {
  const auto try_range = [&](std::size_t first, std::size_t last) -> result<void> {
    const auto changes = to_.upsert(sessions.subspan(first, last - first));
    if (!changes)
      return changes.error();
    for (const auto& change : *changes) {
      counts.created += change.created ? 1 : 0;
      counts.changed += change.changed && !change.created ? 1 : 0;
      counts.messages_added += change.messages_added;
    }
    return {};
  };
  std::vector<std::size_t> rejected;
  const auto done =
      bisect(0, sessions.size(), try_range,
             [&](std::size_t position, const failure&) { rejected.push_back(position); });
  if (!done)
    return done.error();
  for (const auto position : rejected)
    if (const auto some = write_what_fits(sessions[position], refused, counts); !some)
      return some.error();
  return {};
}

/// Writes a session that the database has refused, without the messages it refuses.
result<void> session_transfer::write_what_fits(const session_record& session,
                                               std::vector<rejected_session>& refused,
                                               sessions_synced& counts) {
  const auto upsert = [&](std::size_t first, std::size_t last) -> result<session_change> {
    auto some = session;
    some.messages.assign(session.messages.begin() + static_cast<std::ptrdiff_t>(first),
                         session.messages.begin() + static_cast<std::ptrdiff_t>(last));
    const auto changes = to_.upsert({&some, 1});
    if (!changes)
      return changes.error();
    counts.messages_added += changes->front().messages_added;
    return changes->front();
  };
  const auto bare = upsert(0, 0);
  if (!bare && bare.error().code == errc::rejected_row) {
    refuse(session.id, bare.error(), refused, counts);
    return {};
  }
  if (!bare)
    return bare.error();
  bool changed = bare->changed;
  const auto try_messages = [&](std::size_t first, std::size_t last) -> result<void> {
    const auto change = upsert(first, last);
    if (!change)
      return change.error();
    changed = changed || change->changed;
    return {};
  };
  const auto skip = [&](std::size_t, const failure&) {
    add_skip(counts.skipped, "the database refuses the message");
  };
  auto done = bisect(0, session.messages.size(), try_messages, skip);
  counts.created += bare->created ? 1 : 0;
  counts.changed += changed && !bare->created ? 1 : 0;
  return done;
}

// -- comparing -------------------------------------------------------------------

result<session_comparison> session_transfer::compare(const std::string& cursor, std::size_t limit) {
  if (cursor.empty())
    return compare_stored({}, limit);
  if (cursor.starts_with("d:") && validate_session_id(cursor.substr(2)))
    return compare_stored(cursor.substr(2), limit);
  if (cursor.starts_with("r:"))
    return compare_source(cursor.substr(2), limit);
  return fail(errc::out_of_range, "no such cursor", "cursor");
}

result<session_comparison> session_transfer::compare_stored(const std::string& after,
                                                            std::size_t limit) {
  const auto ids = to_.scan(after, limit);
  if (!ids)
    return ids.error();
  session_comparison out;
  if (const auto done = compare_some(*ids, out); !done)
    return done.error();
  out.cursor = ids->size() < limit ? "r:" : "d:" + ids->back();
  return out;
}

result<session_comparison> session_transfer::compare_source(const std::string& cursor,
                                                            std::size_t limit) {
  session_comparison out;
  auto at = cursor;
  for (int scans = 0; scans < most_scans && out.sessions.size() < limit; ++scans) {
    const auto page = from_.scan(at, limit);
    if (!page)
      return page.error();
    auto ids = distinct(page->ids);
    const auto known = to_.known(storable(ids));
    if (!known)
      return known.error();
    const std::unordered_set<std::string> compared{known->begin(), known->end()};
    std::erase_if(ids, [&](const std::string& id) { return compared.contains(id); });
    if (const auto done = compare_some(ids, out); !done)
      return done.error();
    at = page->cursor;
    if (at.empty())
      return out;
  }
  out.cursor = "r:" + at;
  return out;
}

/// `nullopt` if neither side has the session any more.
std::optional<compared_session> session_transfer::judge(const source_session& found,
                                                        const session_record* stored) const {
  compared_session out;
  out.id = presentable_id(found.id);
  out.stored_messages = stored ? stored->messages.size() : 0;
  if (found.is == source_session::state::gone) {
    out.verdict = session_verdict::only_in_database;
    return stored ? std::optional{out} : std::nullopt;
  }
  const auto parsed = parse(found, limits_.max_session_bytes);
  if (!parsed) {
    out.verdict = session_verdict::unreadable;
    out.reason = parsed.error().detail;
    return out;
  }
  if (!parsed->ours) {
    out.verdict = session_verdict::only_in_database;
    return stored ? std::optional{out} : std::nullopt;
  }
  if (stored)
    return compare_session(parsed->session, *stored);
  out.verdict = session_verdict::only_in_source;
  out.source_messages = out.missing_messages = parsed->session.messages.size();
  return out;
}

/// Reads both sides a few sessions at a time: a page of large ones would not fit into memory.
result<void> session_transfer::compare_some(std::span<const std::string> ids,
                                            session_comparison& to) {
  for (std::size_t first = 0; first < ids.size();) {
    const auto some = ids.subspan(first, std::min(compared_at_a_time, ids.size() - first));
    const auto found = from_.read(some, limits_.read_bytes);
    if (!found)
      return found.error();
    const auto stored = to_.read(storable(some.first(found->size())));
    if (!stored)
      return stored.error();
    std::unordered_map<std::string, const session_record*> rows;
    for (const auto& session : *stored)
      rows.emplace(session.id, &session);
    for (const auto& session : *found) {
      const auto at = rows.find(session.id);
      if (auto verdict = judge(session, at == rows.end() ? nullptr : at->second); verdict)
        to.sessions.push_back(std::move(*verdict));
    }
    first += found->size();
  }
  return {};
}

} // namespace standings
