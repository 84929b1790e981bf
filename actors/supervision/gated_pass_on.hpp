#pragma once

#include "actors/supervision/slots.hpp"
#include "actors/supervision/waiters.hpp"

#include <chrono>
#include <utility>

namespace standings {

/// waiters::pass_on for a request that needs a free slot; refused if there is none.
template <class Reply, class Self, class Handle, class Message>
[[nodiscard]] caf::result<Reply> gated_pass_on(waiters& waiting, Self* self, slots& gate,
                                               const Handle& whom, std::chrono::milliseconds limit,
                                               Message m) {
  if (auto refused = gate.refuses(); refused)
    return refused;
  auto answer = waiting.expect<Reply>(self);
  gated_request<Reply>(
      self, gate, whom, limit, std::move(m),
      [answer](Reply& found) mutable { answer.deliver(std::move(found)); },
      [answer](const caf::error& why) mutable { answer.deliver(why); });
  return answer.promise();
}

} // namespace standings
