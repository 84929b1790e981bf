#include "actors/reconcile/database_listener.hpp"

#include "actors/supervision/system.hpp"
#include "log/log.hpp"
#include "sync/leaderboard/foreign_change_courier.hpp"

namespace standings {

void database_listener_state::init(const foreign_changes_factory& open_changes,
                                   const score_store_factory& open_rows, rank_cache_ptr to,
                                   reconcile_front_actor front,
                                   const database_listener_options& with) {
  options_ = with;
  changes_ = open_or_crash(open_changes);
  rows_ = open_or_crash(open_rows);
  cache_ = std::move(to);
  front_ = std::move(front);
  if (const auto mode = changes_->mode(); mode.starts_with("off"))
    log_to(log_component::reconcile)
        .warn("Rows that other programs change are not noticed by triggers: {}", mode);
  tell();
  self->send(database_listener_actor{self}, listen_on{});
}

void database_listener_state::tell() {
  self->send(front_, database_changes_status{changes_->mode(), carried_});
}

/// One round. The next one is started by a message, so that exit messages are handled in between.
void database_listener_state::listen() {
  const bool more = carry() >= options_.batch;
  if (const auto waited = changes_->wait(more ? std::chrono::milliseconds{0} : options_.wait);
      !waited)
    throw crash{waited.error()};
  self->send(database_listener_actor{self}, listen_on{});
}

std::size_t database_listener_state::carry() {
  const auto carried = carry_foreign_changes(*changes_, *rows_, *cache_, options_.batch);
  if (!carried) {
    // either store may have failed; a lost database shows in the next wait
    log_to(log_component::reconcile)
        .debug("Changes of other programs wait: {}", explain(carried.error()));
    return 0;
  }
  if (*carried == 0)
    return 0;
  carried_ += *carried;
  tell();
  return *carried;
}

database_listener_actor::behavior_type
database_listener(database_listener_actor::stateful_pointer<database_listener_state> self,
                  foreign_changes_factory open_changes, score_store_factory open_rows,
                  rank_cache_ptr cache, reconcile_front_actor front,
                  database_listener_options options) {
  end_on_exception(self);
  self->state.init(open_changes, open_rows, std::move(cache), std::move(front), options);
  return {
      [self](listen_on) { self->state.listen(); },
  };
}

} // namespace standings
