#pragma once

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/fwd.hpp>

namespace standings {

/// The address of a child that may be restarted: passes every message on to the
/// present incarnation, answers go straight to the asker. While there is none,
/// requests are answered `store_unavailable` at once.
///
/// Untyped inside, because it serves every interface; make_relay gives it out
/// under the interface of the child it stands for.
caf::actor spawn_relay(caf::actor_system& system);

/// Tells a relay who is behind it now; null for nobody.
void point_relay(const caf::actor& relay, const caf::actor& target);

/// A relay with its typed face.
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
