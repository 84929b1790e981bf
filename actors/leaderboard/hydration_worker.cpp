#include "actors/leaderboard/hydration_worker.hpp"

#include "actors/leaderboard/version_check.hpp"
#include "actors/supervision/system.hpp"
#include "log/log.hpp"

#include <array>

namespace standings {

void hydration_worker_state::init(const score_store_factory& open, const hydration_tools& with) {
  store_ = open_or_crash(open);
  with_ = with;
  cache_ = with.cache;
}

caf::error hydration_worker_state::database_failed(const failure& why) {
  rebuild_.reset();
  if (why.code != errc::overloaded) // another program's lock is temporary
    self->quit(to_error(why));
  return to_error(why);
}

caf::error hydration_worker_state::failed(const cache_rebuild::failed& f) {
  return f.database ? database_failed(f.why) : to_error(f.why);
}

caf::result<user_record> hydration_worker_state::read(const std::string& user_id) {
  auto found = store_->find(user_id);
  if (!found)
    return database_failed(found.error());
  if (!*found)
    return to_error(errc::unknown_user, "no such user", "user_id");
  return std::move(**found);
}

std::optional<cached_user> hydration_worker_state::loaded(const std::string& user_id) {
  auto found = cache_->find(user_id);
  if (!found || !*found)
    return std::nullopt;
  for (auto p : all_periods)
    if (const auto place = cache_->rank(user_id, p); !place || !*place)
      return std::nullopt;
  return std::move(*found);
}

caf::result<cached_user> hydration_worker_state::load(const load_user& m) {
  if (auto already = loaded(m.user_id))
    return std::move(*already);
  auto found = store_->find(m.user_id);
  if (!found) {
    log_to(log_component::hydration, {{"request_id", m.request_id}})
        .warn("Failed to load user '{}': {}", m.user_id, explain(found.error()));
    return database_failed(found.error());
  }
  if (!*found)
    return to_error(errc::unknown_user, "no such user", "user_id");
  const std::array one{std::move(**found)};
  if (const auto done = cache_->load(one); !done)
    return to_error(done.error());
  return cached_user{one[0], system_now()};
}

caf::result<board_page> hydration_worker_state::read(const read_board& m) {
  auto page = store_->top(m.board, m.offset, m.limit);
  if (!page)
    return database_failed(page.error());
  return std::move(*page);
}

caf::result<std::uint64_t> hydration_worker_state::count() {
  const auto users = store_->count();
  if (!users)
    return database_failed(users.error());
  return *users;
}

caf::result<std::uint64_t> hydration_worker_state::begin(const begin_rebuild& m) {
  rebuild_.reset(); // may be left over from an abandoned rebuild
  const auto went_back = check_versions(with_.guard);
  if (!went_back)
    return database_failed(went_back.error());
  newer_than_ = m.anew || *went_back ? std::nullopt : with_.evidence();
  if (newer_than_)
    return count();
  if (const auto met = meet_cache(); !met)
    return database_failed(met.error());
  if (const auto begun = cache_->begin_rebuild(); !begun)
    return to_error(begun.error());
  return count();
}

result<void> hydration_worker_state::meet_cache() {
  if (!with_.first_contact)
    return {};
  const auto met = with_.first_contact();
  if (!met)
    return met.error();
  if (*met)
    log_to(log_component::hydration)
        .info("Met a cache that another application filled: of {} users the higher scores "
              "count; {} rows were raised, {} created, {} cache entries raised, {} users left "
              "alone",
              (*met)->checked, (*met)->updated, (*met)->created, (*met)->healed,
              (*met)->quarantined);
  return {};
}

result<void> hydration_worker_state::ensure_rebuild() {
  if (rebuild_)
    return {};
  if (newer_than_) {
    rebuild_.emplace(*store_, *cache_, newer_than_);
    return {};
  }
  auto repair = repair_for_open_event();
  if (!repair)
    return repair.error();
  rebuild_.emplace(*store_, *cache_, std::move(*repair));
  return {};
}

/// Null if the database did not go back.
result<std::unique_ptr<step_back_repair>> hydration_worker_state::repair_for_open_event() {
  if (!with_.guard)
    return std::unique_ptr<step_back_repair>{};
  const auto event = with_.guard->find_open();
  if (!event)
    return event.error();
  if (!*event)
    return std::unique_ptr<step_back_repair>{};
  return std::make_unique<step_back_repair>(*store_, *cache_, *with_.audit, *with_.guard, **event);
}

caf::result<page_loaded> hydration_worker_state::load(const load_page& m) {
  if (const auto made = ensure_rebuild(); !made)
    return database_failed(made.error());
  const auto page = rebuild_->load(m.after, m.limit);
  if (!page)
    return failed(page.error());
  return page_loaded{page->users, page->last, page->done};
}

caf::result<std::uint64_t> hydration_worker_state::finish() {
  if (const auto made = ensure_rebuild(); !made)
    return database_failed(made.error());
  const auto swept = rebuild_->finish();
  rebuild_.reset();
  if (!swept)
    return failed(swept.error());
  return *swept;
}

caf::result<bool> hydration_worker_state::load_all(const std::vector<std::string>& user_ids) {
  rebuild_.reset(); // it would read ahead on the same connection
  const auto users = store_->find_many(user_ids);
  if (!users)
    return database_failed(users.error());
  if (const auto done = cache_->load(*users); !done)
    return to_error(done.error());
  return true;
}

/// A database that is away says nothing about the cache: it serves reads meanwhile.
caf::result<bool> hydration_worker_state::verify() {
  const auto went_back = check_versions(with_.guard);
  if (!went_back)
    database_failed(went_back.error());
  else if (*went_back)
    return false;
  const auto complete = cache_->verify();
  if (!complete)
    return to_error(complete.error());
  return *complete;
}

caf::result<bool> hydration_worker_state::clear() {
  if (const auto done = cache_->clear(); !done)
    return to_error(done.error());
  return true;
}

hydration_worker_actor::behavior_type
hydration_worker(hydration_worker_actor::stateful_pointer<hydration_worker_state> self,
                 score_store_factory open, hydration_tools with, hydration_front_actor front,
                 std::size_t index) {
  end_on_exception(self);
  self->state.init(open, with);
  self->send(front, worker_ready{index});
  return {
      [self](const load_user& m) { return self->state.load(m); },
      [self](const read_user& m) { return self->state.read(m.user_id); },
      [self](const read_board& m) { return self->state.read(m); },
      [self](count_users) { return self->state.count(); },
      [self](begin_rebuild m) { return self->state.begin(m); },
      [self](const load_page& m) { return self->state.load(m); },
      [self](finish_rebuild) { return self->state.finish(); },
      [self](const load_users& m) { return self->state.load_all(m.user_ids); },
      [self](const refresh_users& m) { return self->state.load_all(m.user_ids); },
      [self](verify_cache) { return self->state.verify(); },
      [self](const clear_cache&) { return self->state.clear(); },
  };
}

} // namespace standings
