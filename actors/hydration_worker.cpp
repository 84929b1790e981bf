#include "actors/hydration_worker.hpp"

#include "actors/system.hpp"

#include <array>

namespace standings {

void hydration_worker_state::init(const score_store_factory& open, rank_cache_ptr to,
                                  evidence_fn evidence) {
  store_ = must(open());
  cache_ = std::move(to);
  evidence_ = std::move(evidence);
}

caf::error hydration_worker_state::database_failed(const failure& why) {
  rebuild_.reset();
  if (why.code != errc::overloaded) // another program's lock ends by itself
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
    return to_error({errc::unknown_user, "no such user", "user_id"});
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

caf::result<cached_user> hydration_worker_state::load(const std::string& user_id) {
  if (auto already = loaded(user_id))
    return std::move(*already);
  auto found = store_->find(user_id);
  if (!found)
    return database_failed(found.error());
  if (!*found)
    return to_error({errc::unknown_user, "no such user", "user_id"});
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
  rebuild_.reset(); // one that was abandoned
  newer_than_ = m.anew ? std::nullopt : evidence_();
  if (newer_than_)
    return count();
  if (const auto begun = cache_->begin_rebuild(); !begun)
    return to_error(begun.error());
  return count();
}

caf::result<page_loaded> hydration_worker_state::load(const load_page& m) {
  if (!rebuild_)
    rebuild_.emplace(*store_, *cache_, newer_than_);
  const auto page = rebuild_->load(m.after, m.limit);
  if (!page)
    return failed(page.error());
  return page_loaded{page->users, page->last, page->done};
}

caf::result<std::uint64_t> hydration_worker_state::finish() {
  if (!rebuild_)
    rebuild_.emplace(*store_, *cache_, newer_than_);
  const auto swept = rebuild_->finish();
  rebuild_.reset();
  if (!swept)
    return failed(swept.error());
  return *swept;
}

caf::result<bool> hydration_worker_state::refresh(const refresh_users& m) {
  rebuild_.reset(); // it would read ahead on our connection
  const auto users = store_->find_many(m.user_ids);
  if (!users)
    return database_failed(users.error());
  if (const auto done = cache_->load(*users); !done)
    return to_error(done.error());
  return true;
}

caf::result<bool> hydration_worker_state::verify() {
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
                 score_store_factory open, rank_cache_ptr cache, evidence_fn evidence,
                 hydration_actor front, std::size_t index) {
  self->set_exception_handler(
      [](std::exception_ptr& e) { return exit_reason_of("hydration_worker", e); });
  self->state.init(open, std::move(cache), std::move(evidence));
  self->send(front, worker_ready{index});
  return {
      [self](const load_user& m) { return self->state.load(m.user_id); },
      [self](const read_user& m) { return self->state.read(m.user_id); },
      [self](const read_board& m) { return self->state.read(m); },
      [self](count_users) { return self->state.count(); },
      [self](begin_rebuild m) { return self->state.begin(m); },
      [self](const load_page& m) { return self->state.load(m); },
      [self](finish_rebuild) { return self->state.finish(); },
      [self](const refresh_users& m) { return self->state.refresh(m); },
      [self](verify_cache) { return self->state.verify(); },
      [self](clear_cache) { return self->state.clear(); },
  };
}

} // namespace standings
