#include "actors/supervision/supervisor.hpp"

#include "actors/supervision/relay.hpp"
#include "log/log.hpp"

#include <caf/exit_reason.hpp>
#include <caf/send.hpp>
#include <caf/system_messages.hpp>

namespace standings {

supervisor_state::~supervisor_state() {
  for (const auto& relay : relays_)
    caf::anon_send_exit(relay, caf::exit_reason::user_shutdown);
}

void supervisor_state::init(std::vector<supervised> list, supervisor_options with) {
  options_ = with;
  std::vector<child_spec> specs;
  for (auto& s : list) {
    relays_.push_back(s.relay);
    specs.push_back(std::move(s.spec));
  }
  child_set::hooks notify;
  notify.events = options_.events;
  notify.up = [this](std::size_t i, const caf::actor& child) {
    point_relay(relays_[i], child);
  };
  notify.down = [this](std::size_t i) {
    point_relay(relays_[i], nullptr);
  };
  const auto schedule = [this](caf::timespan after, restart_child due) {
    self->delayed_send(supervising_actor{self}, after, due);
  };
  children.emplace(self, schedule, std::move(specs), std::move(notify));
  children->start_all();
}

void supervisor_state::stop(const caf::error& reason) {
  if (stopping_)
    return;
  stopping_ = reason;
  children->retire();
  left_ = children->size();
  stop_next();
}

void supervisor_state::stop_next() {
  while (left_ > 0 && !children->at(left_ - 1))
    --left_;
  if (left_ == 0)
    return self->quit(*stopping_);
  caf::anon_send_exit(children->at(left_ - 1), caf::exit_reason::user_shutdown);
  self->delayed_send(supervising_actor{self}, options_.stop_grace, stop_grace_over{left_});
}

void supervisor_state::child_down(const caf::down_msg& down) {
  children->handle(down);
  if (stopping_)
    stop_next();
}

void supervisor_state::grace_over(const stop_grace_over& what) {
  if (!stopping_ || what.child != left_ || !children->at(left_ - 1))
    return;
  log_to(log_component::supervision)
      .error("Failed to stop {} in time", children->status()[left_ - 1].name);
  caf::anon_send_exit(children->at(left_ - 1), caf::exit_reason::kill);
  --left_; // a thread stuck in a driver does not see the exit message: go on without it
  stop_next();
}

supervising_actor::behavior_type
supervisor(supervising_actor::stateful_pointer<supervisor_state> self,
           std::vector<supervised> children, supervisor_options options) {
  auto& state = self->state;
  self->set_exit_handler([self](const caf::exit_msg& msg) { self->state.stop(msg.reason); });
  self->set_down_handler([self](const caf::down_msg& down) { self->state.child_down(down); });
  state.init(std::move(children), options);
  return {
      [self](get_status) {
        return component_status{self->state.children->status(), {}};
      },
      [self](restart_child due) { self->state.children->handle(due); },
      [self](const stop_grace_over& what) { self->state.grace_over(what); },
  };
}

} // namespace standings
