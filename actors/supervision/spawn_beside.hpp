#pragma once

#include <caf/abstract_actor.hpp>
#include <caf/spawn_options.hpp>

#include <utility>

namespace standings {

/// Spawns an actor that blocks in turn with `self`, which monitors it: on a thread of its own if
/// `self` has one.
template <class Self, class Function, class... Arguments>
auto spawn_beside(Self self, Function what, Arguments&&... with) {
  if (self->getf(caf::abstract_actor::is_detached_flag))
    return self->template spawn<caf::detached + caf::monitored>(what,
                                                                std::forward<Arguments>(with)...);
  return self->template spawn<caf::monitored>(what, std::forward<Arguments>(with)...);
}

} // namespace standings
