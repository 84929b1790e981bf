#include "actors/sessions/session_worker.hpp"

#include "actors/supervision/system.hpp"

namespace standings {

void session_worker_state::init(const session_source_factory& open_source,
                                const session_store_factory& open_store,
                                const transfer_limits& limits) {
  store_ = open_or_crash(open_store);
  source_ = open_or_crash(open_source);
  transfer_.emplace(*source_, *store_, limits);
}

caf::error session_worker_state::failed(const failure& why) {
  if (why.code == errc::store_unavailable)
    self->quit(to_error(why));
  return to_error(why);
}

caf::result<sessions_synced> session_worker_state::sync(const sync_sessions& m) {
  auto done = transfer_->sync(m.ids);
  if (!done)
    return failed(done.error());
  return std::move(*done);
}

caf::result<page_synced> session_worker_state::sync(const sync_page& m) {
  auto done = transfer_->sync_page(m.cursor, m.limit);
  if (!done)
    return failed(done.error());
  return std::move(*done);
}

caf::result<session_comparison> session_worker_state::compare(const compare_sessions& m) {
  auto done = transfer_->compare(m.cursor, m.limit);
  if (!done)
    return failed(done.error());
  return std::move(*done);
}

session_worker_actor::behavior_type
session_worker(session_worker_actor::stateful_pointer<session_worker_state> self,
               session_source_factory open_source, session_store_factory open_store,
               transfer_limits limits, session_sync_front_actor front, std::size_t index) {
  end_on_exception(self);
  self->state.init(open_source, open_store, limits);
  self->send(front, worker_ready{index});
  return {
      [self](const sync_sessions& m) { return self->state.sync(m); },
      [self](const sync_page& m) { return self->state.sync(m); },
      [self](const compare_sessions& m) { return self->state.compare(m); },
  };
}

} // namespace standings
