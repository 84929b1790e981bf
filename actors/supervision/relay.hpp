#pragma once

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/fwd.hpp>

namespace standings {

/// The address of a child that may be restarted: forwards every message to the current incarnation,
/// which replies directly to the sender. While there is none, requests are answered
/// `store_unavailable` at once.
///
/// Untyped inside, because it serves every interface; make_relay returns it under the interface of
/// the child.
caf::actor spawn_relay(caf::actor_system& system);

/// Sets the actor behind the relay; null for none.
void point_relay(const caf::actor& relay, const caf::actor& target);

/// A relay with the interface `Handle`.
template <class Handle>
struct typed_relay {
  caf::actor raw;
  Handle face;
};

template <class Handle>
typed_relay<Handle> make_relay(caf::actor_system& system) {
  auto raw = spawn_relay(system);
  return {raw, caf::actor_cast<Handle>(raw)};
}

} // namespace standings
