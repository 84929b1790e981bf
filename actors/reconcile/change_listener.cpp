#include "actors/reconcile/change_listener.hpp"

#include "actors/supervision/system.hpp"

namespace standings {

void change_listener_state::init(const key_events_factory& open, reconcile_actor to,
                                 const change_listener_options& with) {
  options_ = with;
  front_ = std::move(to);
  events_ = must(open());
  next_check_ = clock::now() + options_.recheck;
  tell_mode();
  self->send(change_listener_actor{self}, tick{});
}

void change_listener_state::tell_mode() {
  incremental_status out;
  out.mode = events_->notified() ? "notifications" : "off: Redis does not let us turn them on";
  out.own = told_own_ = events_->own();
  self->send(front_, out);
}

/// One round; the next is a message to itself, so that an exit finds its turn.
void change_listener_state::listen() {
  const auto until = clock::now() + options_.gather;
  std::set<std::string> users;
  for (auto left = options_.gather; left.count() > 0;
       left = std::chrono::duration_cast<std::chrono::milliseconds>(until - clock::now())) {
    const auto heard = events_->next(left);
    if (!heard)
      return self->quit(to_error(heard.error()));
    for (const auto& event : *heard)
      if (event.key.starts_with(options_.prefix) && users.size() < options_.max_users)
        users.insert(event.key.substr(options_.prefix.size()));
  }
  if (!users.empty())
    self->send(front_, users_hinted{{users.begin(), users.end()}});
  if (events_->own() != told_own_)
    tell_mode();
  recheck();
  self->send(change_listener_actor{self}, tick{});
}

void change_listener_state::recheck() {
  if (clock::now() < next_check_)
    return;
  next_check_ = clock::now() + options_.recheck;
  if (const auto looked = events_->still_notified(); !looked)
    return self->quit(to_error(looked.error()));
  tell_mode();
}

change_listener_actor::behavior_type
change_listener(change_listener_actor::stateful_pointer<change_listener_state> self,
                key_events_factory open, reconcile_actor front, change_listener_options options) {
  self->set_exception_handler(
      [](std::exception_ptr& e) { return exit_reason_of("change_listener", e); });
  self->state.init(open, std::move(front), options);
  return {
      [self](tick) { self->state.listen(); },
  };
}

} // namespace standings
