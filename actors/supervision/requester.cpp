#include "actors/supervision/requester.hpp"

#include <boost/asio/post.hpp>
#include <caf/actor_companion.hpp>
#include <caf/actor_system.hpp>
#include <caf/exit_reason.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/sec.hpp>

#include <vector>

namespace standings {

namespace {

/// How exact time-outs are.
constexpr std::chrono::milliseconds look_pause{50};

caf::message error_message(caf::error why) {
  return caf::make_message(std::move(why));
}

} // namespace

requester::requester(caf::actor_system& system, boost::asio::io_context& loop)
    : loop_(loop), timer_(loop), self_(system.spawn<caf::actor_companion, caf::hidden>()) {
  // called on the responding actor's thread
  caf::actor_cast<caf::actor_companion*>(self_)->on_enqueue([this](caf::mailbox_element_ptr from) {
    boost::asio::post(loop_, [this, response = std::move(from)] {
      arrived(response->mid.integer_value(), response->move_content_to_message());
    });
  });
}

void requester::end() {
  if (std::exchange(ended_, true))
    return;
  auto* const self = caf::actor_cast<caf::actor_companion*>(self_);
  self->on_enqueue({});
  self->cleanup(caf::exit_reason::normal, nullptr);
  const auto left = std::exchange(pending_, {});
  for (const auto& [id, waiting] : left)
    waiting.response->set(error_message(to_error(errc::shutting_down, "the service is stopping")));
}

void requester::send(const caf::strong_actor_ptr& whom, caf::message message,
                     std::chrono::milliseconds limit, later<caf::message>& response) {
  if (ended_)
    return response.set(error_message(to_error(errc::shutting_down, "the service is stopping")));
  auto* const self = caf::actor_cast<caf::actor_companion*>(self_);
  const auto id = self->new_request_id(caf::message_priority::normal);
  pending_.emplace(id.response_id().integer_value(), pending{&response, clock::now() + limit});
  look_later();
  whom->enqueue(caf::make_mailbox_element(self->ctrl(), id, {}, std::move(message)), nullptr);
}

void requester::arrived(std::uint64_t id, caf::message response) {
  const auto at = pending_.find(id);
  if (at == pending_.end())
    return; // it had timed out
  auto* const waiting = at->second.response;
  pending_.erase(at);
  waiting->set(std::move(response));
}

void requester::look_later() {
  if (std::exchange(looking_, true))
    return;
  timer_.expires_after(look_pause);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error)
      return;
    looking_ = false;
    expire();
    if (!pending_.empty())
      look_later();
  });
}

void requester::expire() {
  const auto now = clock::now();
  std::vector<std::uint64_t> due;
  for (const auto& [id, waiting] : pending_)
    if (waiting.deadline <= now)
      due.push_back(id);
  for (const auto id : due)
    arrived(id, error_message(caf::make_error(caf::sec::request_timeout)));
}

} // namespace standings
