#pragma once

#include "messages/error.hpp"

#include <caf/error.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

namespace standings {

/// Bounds the requests of one kind that are in flight; more are refused with `overloaded`, because
/// a worker does not notice that a requester has given up. For use inside one actor.
class slots {
public:
  slots(std::size_t most, std::string refusal) : most_(most), refusal_(std::move(refusal)) {}

  /// Empty if a slot is free; otherwise the error to refuse the request with.
  [[nodiscard]] caf::error refuses() const {
    return taken_ < most_ ? caf::error{} : to_error(errc::overloaded, refusal_);
  }

  void take() { ++taken_; }
  void give_back() { --taken_; }

private:
  std::size_t most_;
  std::string refusal_;
  std::size_t taken_ = 0;
};

/// Sends `m` to `whom` and holds a slot until the reply. The caller has checked `refuses()`.
template <class Reply, class Self, class Handle, class Message, class Then, class Otherwise>
void gated_request(Self* self, slots& gate, const Handle& whom, std::chrono::milliseconds limit,
                   Message m, Then then, Otherwise otherwise) {
  gate.take();
  self->request(whom, limit, std::move(m))
      .then(
          [&gate, then = std::move(then)](Reply& reply) mutable {
            gate.give_back();
            then(reply);
          },
          [&gate, otherwise = std::move(otherwise)](const caf::error& why) mutable {
            gate.give_back();
            otherwise(why);
          });
}

} // namespace standings
