#include "actors/supervision/relay.hpp"

#include "messages/error.hpp"

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/message_view.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>

namespace standings {

namespace {

struct relay_state {
  explicit relay_state(caf::event_based_actor*) {}
  caf::actor target;
  static inline const char* name = "relay";
};
static_assert(!std::is_aggregate_v<relay_state>);

caf::behavior relay(caf::stateful_actor<relay_state>* self) {
  self->set_default_handler(
      [self](caf::scheduled_actor*, caf::message_view& view) -> caf::result<caf::message> {
        if (!self->state.target)
          return to_error(errc::store_unavailable, "this part of the service is being restarted");
        auto promise = self->make_response_promise();
        promise.delegate(self->state.target, view.move_content_to_message());
        return caf::delegated<caf::message>{};
      });
  return {[self](caf::actor& target) {
    self->state.target = std::move(target);
  }};
}

} // namespace

caf::actor spawn_relay(caf::actor_system& system) {
  return system.spawn(relay);
}

void point_relay(const caf::actor& relay, const caf::actor& target) {
  caf::anon_send(relay, target);
}

} // namespace standings
