#pragma once

#include "core/base/result.hpp"
#include "core/base/task.hpp"
#include "messages/error.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/fwd.hpp>
#include <caf/message.hpp>
#include <caf/response_type.hpp>

#include <chrono>
#include <cstdint>
#include <type_traits>
#include <unordered_map>
#include <utility>

namespace standings {

/// Sends requests to actors for the coroutines of one event loop, and resumes them on its thread
/// when the response arrives. No thread waits meanwhile. All functions are for that thread, or for
/// times at which it does not run.
class requester {
public:
  requester(caf::actor_system& system, boost::asio::io_context& loop);
  requester(const requester&) = delete;
  requester& operator=(const requester&) = delete;

  ~requester() { end(); }

  /// Requests without a response, and further ones, fail with `shutting_down`.
  void end();

  /// Sends `message`. Fails with the actor's error, or with `timed_out` after `limit`.
  template <class Reply, class Handle, class Message>
  task<result<Reply>> ask(Handle whom, Message message, std::chrono::milliseconds limit) {
    static_assert(std::is_same_v<caf::response_type_t<typename Handle::signatures, Message>,
                                 caf::detail::type_list<Reply>>);
    later<caf::message> response;
    send(caf::actor_cast<caf::strong_actor_ptr>(whom), caf::make_message(std::move(message)), limit,
         response);
    auto got = co_await response;
    if (got.template match_elements<Reply>())
      co_return std::move(got.template get_mutable_as<Reply>(0));
    if (got.template match_elements<caf::error>())
      co_return to_failure(got.template get_as<caf::error>(0));
    co_return fail(errc::internal, "an actor gave an unexpected response");
  }

private:
  using clock = std::chrono::steady_clock;

  struct pending {
    later<caf::message>* response;
    clock::time_point deadline;
  };

  void send(const caf::strong_actor_ptr& whom, caf::message message,
            std::chrono::milliseconds limit, later<caf::message>& response);
  void arrived(std::uint64_t id, caf::message response);
  void look_later();
  void expire();

  boost::asio::io_context& loop_;
  boost::asio::steady_timer timer_;
  caf::actor self_; ///< the sender of all requests; not scheduled
  std::unordered_map<std::uint64_t, pending> pending_; ///< by the id of the response
  bool looking_ = false;                               ///< the timer runs
  bool ended_ = false;
};

} // namespace standings
