#pragma once

#include "actors/supervision/system.hpp"
#include "messages/error.hpp"

#include <caf/error.hpp>
#include <caf/result.hpp>
#include <caf/system_messages.hpp>
#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace standings {

/// The requests that a front has promised to answer. CAF does not break promises when an actor
/// ends: without this, requesters would wait until their time-out. Lives in the front's state.
class waiters {
public:
  /// A promise that is fulfilled once: by its holder, or by `refuse_all`. Copies share the promise.
  template <class Reply>
  class answer {
  public:
    answer(waiters& of, std::uint64_t ticket, caf::typed_response_promise<Reply> to)
        : of_(&of), ticket_(ticket), to_(std::move(to)) {}

    void deliver(Reply reply) {
      if (of_->forget(ticket_))
        to_.deliver(std::move(reply));
    }
    void deliver(const caf::error& why) {
      if (of_->forget(ticket_))
        to_.deliver(why);
    }

    /// The value that the message handler returns.
    [[nodiscard]] const caf::typed_response_promise<Reply>& promise() const { return to_; }

  private:
    waiters* of_;
    std::uint64_t ticket_;
    caf::typed_response_promise<Reply> to_;
  };

  /// Promises an answer to the sender of the message that `self` handles.
  template <class Reply, class Self>
  [[nodiscard]] answer<Reply> expect(Self* self) {
    auto to = self->template make_response_promise<Reply>();
    waiting_.emplace(++last_ticket_, [to](const caf::error& why) mutable { to.deliver(why); });
    return {*this, last_ticket_, std::move(to)};
  }

  /// Forwards a request to `whom`, and its reply to the sender of the message that `self` handles.
  template <class Reply, class Self, class Handle, class Message>
  [[nodiscard]] caf::result<Reply> pass_on(Self* self, const Handle& whom,
                                           std::chrono::milliseconds limit, Message m) {
    auto to = expect<Reply>(self);
    self->request(whom, limit, std::move(m))
        .then([to](Reply& reply) mutable { to.deliver(std::move(reply)); },
              [to](const caf::error& why) mutable { to.deliver(why); });
    return to.promise();
  }

  void refuse_all(const caf::error& why) {
    for (auto& [ticket, refuse] : std::exchange(waiting_, {}))
      refuse(why);
  }

private:
  bool forget(std::uint64_t ticket) { return waiting_.erase(ticket) > 0; }

  std::map<std::uint64_t, std::function<void(const caf::error&)>> waiting_;
  std::uint64_t last_ticket_ = 0;
};

/// Delivers one answer to all promises in the list, and empties it.
template <class Reply, class Answer>
void answer_all(std::vector<caf::typed_response_promise<Reply>>& waiting, const Answer& with) {
  for (auto& asker : std::exchange(waiting, {}))
    asker.deliver(with);
}

/// The failure that pending requests are answered with when the service stops.
inline failure service_stops() {
  return fail(errc::shutting_down, "the service is stopping");
}

/// For a front whose state has a `name` and `refuse_everyone(failure)`: pending requests are
/// refused when it exits and when it throws.
template <class Self>
void answer_on_every_way_out(Self* self) {
  self->set_exit_handler([self](const caf::exit_msg& msg) {
    self->state.refuse_everyone(service_stops());
    self->quit(msg.reason);
  });
  self->set_exception_handler([self](std::exception_ptr& e) {
    self->state.refuse_everyone(fail(errc::internal));
    return exit_reason_of(self->state.name, e);
  });
}

} // namespace standings
