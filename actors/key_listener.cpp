#include "actors/key_listener.hpp"

#include "actors/supervision/system.hpp"
#include "core/leaderboard/leaderboard_id.hpp"

#include <algorithm>
#include <array>

namespace standings {

namespace {

/// Whether the command leaves the value of the key unchanged, so that there is nothing to read.
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
                              const identity_reader_factory& open_identity,
                              key_listener_target_actor to, const key_listener_options& with) {
  options_ = with;
  target_ = std::move(to);
  events_ = open_or_crash(open_events);
  read_identity_ = open_or_crash(open_identity);
  identity_ = must(read_identity_());
  next_look_ = self->system().clock().now() + options_.look;
  self->send(target_, listener_state{events_->notified(), "subscribed"});
  again();
}

void key_listener_state::again() {
  self->send(key_listener_actor{self}, listen_on{});
}

void key_listener_state::listen() {
  const auto hints = hints_from(must(events_->next(options_.wait)));
  if (self->system().clock().now() >= next_look_)
    look();
  if (hints.hints.empty() && hints.ignored == 0 && hints.own == told_own_)
    return again();
  told_own_ = hints.own;
  self->request(target_, options_.patience, hints)
      .then([this](bool) { again(); }, [this](const caf::error&) { again(); });
}

keys_hinted key_listener_state::hints_from(const std::vector<key_event>& events) const {
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
                       self->system().clock().now().time_since_epoch())
                       .count();
  keys_hinted out;
  out.own = events_->own();
  for (const auto& event : events) {
    if (event.type == key_event::kind::key) {
      if (is_listened_for(event.key) && !leaves_nothing_new(event.what))
        out.hints.push_back({id_of(event.key), now});
    } else if (auto id =
                   options_.id_in_message ? options_.id_in_message(event.what) : std::nullopt) {
      out.hints.push_back({std::move(*id), now});
    } else {
      ++out.ignored;
    }
  }
  return out;
}

bool key_listener_state::is_listened_for(std::string_view key) const {
  if (!key.starts_with(options_.key_prefix))
    return false;
  key.remove_prefix(options_.key_prefix.size());
  return !options_.skip_named_leaderboards || !is_in_named_leaderboard(key);
}

std::string key_listener_state::id_of(std::string_view key) const {
  key.remove_prefix(options_.key_prefix.size());
  return std::string{options_.skip_named_leaderboards ? user_of_key_part(key) : key};
}

/// A restart of Redis ends the connection, and so this actor, unless a proxy hides it.
void key_listener_state::look() {
  next_look_ = self->system().clock().now() + options_.look;
  const bool kept = must(events_->still_notified());
  const auto identity = must(read_identity_());
  auto lost = change_between(identity_, identity);
  if (lost.empty() && !kept && events_->notified())
    lost = "notifications were switched off";
  if (lost.empty() && identity_.settings != identity.settings)
    lost = "an option of Redis was set"; // notifications may have been off meanwhile
  identity_ = identity;
  self->send(target_, listener_state{events_->notified(), lost});
}

key_listener_actor::behavior_type
key_listener(key_listener_actor::stateful_pointer<key_listener_state> self,
             key_events_factory open_events, identity_reader_factory open_identity,
             key_listener_target_actor target, key_listener_options options) {
  end_on_exception(self);
  self->state.init(open_events, open_identity, std::move(target), options);
  return {
      [self](listen_on) { self->state.listen(); },
  };
}

} // namespace standings
