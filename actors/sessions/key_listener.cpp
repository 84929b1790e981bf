#include "actors/sessions/key_listener.hpp"

#include "actors/supervision/system.hpp"

#include <algorithm>
#include <array>

namespace standings {

namespace {

/// After these there is nothing new to read. Where a session vanishes its rows stay,
/// but the quarantine may have to forget it.
bool leaves_nothing_new(const std::string& command) {
  constexpr std::array<std::string_view, 2> names{"expire", "persist"};
  return std::find(names.begin(), names.end(), command) != names.end();
}

std::string change_between(const server_identity& before, const server_identity& now) {
  if (before.run_id != now.run_id)
    return "Redis was restarted";
  if (before.flushes != now.flushes)
    return "Redis was flushed";
  if (before.swaps != now.swaps)
    return "databases of Redis were swapped";
  return before.data_set != now.data_set ? "Redis has the data of another server" : "";
}

} // namespace

void key_listener_state::init(const key_events_factory& open_events,
                              const session_source_factory& open_source, session_sync_actor to,
                              const key_listener_options& with) {
  options_ = with;
  front_ = std::move(to);
  events_ = must(open_events());
  source_ = must(open_source());
  mark_ = must(source_->mark());
  next_look_ = self->system().clock().now() + options_.look;
  self->send(front_, listener_state{events_->notified(), "subscribed"});
  again();
}

void key_listener_state::again() {
  self->send(key_listener_actor{self}, tick{});
}

void key_listener_state::listen() {
  const auto hints = hints_from(must(events_->next(options_.wait)));
  if (self->system().clock().now() >= next_look_)
    look();
  if (hints.hints.empty() && hints.ignored == 0)
    return again();
  self->request(front_, options_.patience, hints)
      .then([this](bool) { again(); }, [this](const caf::error&) { again(); });
}

session_hints key_listener_state::hints_from(const std::vector<key_event>& events) const {
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
                       self->system().clock().now().time_since_epoch())
                       .count();
  session_hints out;
  for (const auto& event : events) {
    if (event.type == key_event::kind::key) {
      if (event.key.starts_with(options_.key_prefix) && !leaves_nothing_new(event.what))
        out.hints.push_back({event.key.substr(options_.key_prefix.size()), now});
    } else if (auto id = hinted_session(event.what)) {
      out.hints.push_back({std::move(*id), now});
    } else {
      ++out.ignored;
    }
  }
  return out;
}

/// A restart ends the connection, and so this actor, but a proxy may hide it.
void key_listener_state::look() {
  next_look_ = self->system().clock().now() + options_.look;
  const bool kept = must(events_->still_notified());
  const auto mark = must(source_->mark());
  auto lost = change_between(mark_, mark);
  if (lost.empty() && !kept && events_->notified())
    lost = "notifications were switched off";
  if (lost.empty() && mark_.settings != mark.settings)
    lost = "an option of Redis was set"; // off and on again, perhaps, by another listener
  mark_ = mark;
  self->send(front_, listener_state{events_->notified(), lost});
}

key_listener_actor::behavior_type
key_listener(key_listener_actor::stateful_pointer<key_listener_state> self,
             key_events_factory open_events, session_source_factory open_source,
             session_sync_actor front, key_listener_options options) {
  self->set_exception_handler(
      [](std::exception_ptr& e) { return exit_reason_of("key_listener", e); });
  self->state.init(open_events, open_source, std::move(front), options);
  return {
      [self](tick) { self->state.listen(); },
  };
}

} // namespace standings
