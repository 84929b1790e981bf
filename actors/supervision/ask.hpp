#pragma once

#include "core/base/result.hpp"
#include "messages/error.hpp"

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include <chrono>
#include <utility>

namespace standings {

/// Sends `message` to an actor and waits for its reply, at most for `limit`. Blocking; for threads
/// that are not actors.
template <class Reply, class Handle, class Message>
[[nodiscard]] result<Reply> ask(caf::actor_system& system, const Handle& whom, Message message,
                                std::chrono::milliseconds limit) {
  caf::scoped_actor self{system};
  result<Reply> out = fail(errc::internal);
  self->request(whom, limit, std::move(message))
      .receive([&](Reply& reply) { out = std::move(reply); },
               [&](const caf::error& e) { out = to_failure(e); });
  return out;
}

} // namespace standings
