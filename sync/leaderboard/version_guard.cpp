#include "sync/leaderboard/version_guard.hpp"

#include "stores/contracts/generation.hpp"

#include <algorithm>

namespace standings {

version_guard::version_guard(history_store_factory open, rank_cache_ptr cache)
    : open_(std::move(open)), cache_(std::move(cache)) {}

template <class Body>
auto version_guard::with_store(const Body& body) -> decltype(body(std::declval<history_store&>())) {
  if (!store_) {
    auto opened = open_();
    if (!opened)
      return opened.error();
    store_ = std::move(*opened);
  }
  auto done = body(*store_);
  if (!done)
    store_.reset();
  return done;
}

void version_guard::note(std::int64_t version) {
  auto highest = seen_.load();
  while (highest < version && !seen_.compare_exchange_weak(highest, version)) {
  }
}

versions_seen version_guard::look_outside() {
  if (const auto reached = cache_->watermark())
    by_cache_ = *reached;
  return {by_cache_, seen_, drawn_};
}

result<version_marks> version_guard::look_inside(history_store& store, bool with_rows) {
  auto marks = store.marks(with_rows);
  if (!marks || with_rows || marks->identity == identity_)
    return marks;
  return store.marks(true);
}

result<version_guard::finding> version_guard::check(bool with_rows) {
  const std::lock_guard lock{mutex_};
  const auto outside = look_outside(); // before the database's marks: see versions_seen
  return with_store([&](history_store& store) -> result<finding> {
    const auto marks = look_inside(store, with_rows);
    if (!marks)
      return marks.error();
    finding out;
    if (const auto found = find_step_back(*marks, outside)) {
      auto opened = open_event(store, *found);
      if (!opened)
        return opened.error();
      out.opened = std::move(*opened);
    } else {
      const auto open = store.find_open(); // another instance may have opened one
      if (!open)
        return open.error();
      note_open(*open);
    }
    identity_ = marks->identity;
    drawn_ = std::max(drawn_, marks->sequence);
    note(outside.by_cache);
    if (event_open_ && !cache_told_)
      cache_told_ = cache_->invalidate().has_value();
    out.event_open = event_open_;
    return out;
  });
}

result<std::optional<history_event>> version_guard::open_event(history_store& store,
                                                               const step_back& found) {
  history_event event;
  event.id = new_generation();
  event.reason = found.reason;
  event.raised_to = found.raise_to;
  if (const auto done = store.open_event(event); !done)
    return done.error();
  note(found.raise_to);
  auto open = store.find_open(); // another instance may have been faster
  if (!open)
    return open.error();
  const bool ours = *open && (*open)->id == event.id;
  note_open(std::move(*open));
  cache_told_ = false;
  return ours ? std::optional{event} : std::nullopt;
}

void version_guard::note_open(std::optional<history_event> event) {
  if (event && (!open_event_ || open_event_->id != event->id))
    cache_told_ = false;
  event_open_ = event.has_value();
  known_open_ = event_open_;
  open_event_ = std::move(event);
}

result<void> version_guard::keep_for_open_event(std::span<const lost_state> states) {
  const std::lock_guard lock{mutex_};
  if (!open_event_)
    return {};
  return with_store([&](history_store& store) {
    return store.keep(open_event_->id, open_event_->reason, states);
  });
}

result<std::optional<history_event>> version_guard::find_open() {
  const std::lock_guard lock{mutex_};
  return with_store([](history_store& store) { return store.find_open(); });
}

result<void> version_guard::keep(const std::string& event_id, const std::string& reason,
                                 std::span<const lost_state> states) {
  const std::lock_guard lock{mutex_};
  return with_store([&](history_store& store) { return store.keep(event_id, reason, states); });
}

result<void> version_guard::close_events() {
  const std::lock_guard lock{mutex_};
  return with_store([&](history_store& store) {
    auto done = store.close_events();
    if (done) {
      note_open(std::nullopt);
      cache_told_ = false;
    }
    return done;
  });
}

result<bool> version_guard::contacted() {
  const std::lock_guard lock{mutex_};
  return with_store([](history_store& store) { return store.contacted(); });
}

result<void> version_guard::note_contact() {
  const std::lock_guard lock{mutex_};
  return with_store([](history_store& store) { return store.note_contact(); });
}

result<std::vector<history_event>> version_guard::events(std::size_t limit) {
  const std::lock_guard lock{mutex_};
  return with_store([&](history_store& store) { return store.events(limit); });
}

result<std::optional<recovered_page>> version_guard::recover(const std::string& event_id,
                                                             const std::string& after,
                                                             std::size_t limit, bool dry_run) {
  const std::lock_guard lock{mutex_};
  return with_store(
      [&](history_store& store) { return store.recover(event_id, after, limit, dry_run); });
}

} // namespace standings
