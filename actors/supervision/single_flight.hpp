#pragma once

#include "actors/supervision/slots.hpp"

#include <caf/error.hpp>
#include <caf/result.hpp>
#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <map>
#include <utility>
#include <vector>

namespace standings {

/// Lets requests for the same key share one request to a worker and its reply. For use inside one
/// actor.
template <class Key, class Reply>
class single_flight {
public:
  /// Whether a request for this key is in flight, so that one more costs nothing.
  [[nodiscard]] bool busy(const Key& key) const { return waiting_.count(key) > 0; }

  /// Answers the sender of the message that `self` handles once the reply is known. The first
  /// request for a key goes to `whom` if a slot is free, and is refused otherwise; later ones join
  /// it.
  template <class Self, class Handle, class Message>
  [[nodiscard]] caf::result<Reply> ask(Self* self, const Key& key, slots& gate, const Handle& whom,
                                       std::chrono::milliseconds limit, Message m) {
    const bool first = !busy(key);
    if (first)
      if (auto refused = gate.refuses(); refused)
        return refused;
    auto answer = self->template make_response_promise<Reply>();
    waiting_[key].push_back(answer);
    if (first)
      gated_request<Reply>(
          self, gate, whom, limit, std::move(m),
          [this, key](const Reply& reply) { answer_all(key, reply); },
          [this, key](const caf::error& why) { answer_all(key, why); });
    return answer;
  }

  void fail_all(const caf::error& why) {
    for (auto& [key, askers] : std::exchange(waiting_, {}))
      for (auto& asker : askers)
        asker.deliver(why);
  }

private:
  template <class Answer>
  void answer_all(const Key& key, const Answer& with) {
    if (auto node = waiting_.extract(key))
      for (auto& asker : node.mapped())
        asker.deliver(with);
  }

  std::map<Key, std::vector<caf::typed_response_promise<Reply>>> waiting_;
};

} // namespace standings
