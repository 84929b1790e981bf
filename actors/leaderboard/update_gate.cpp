#include "actors/leaderboard/update_gate.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace standings {

update_gate::update_gate(boost::asio::io_context& loop, requester& to, scoring_actor scoring,
                         std::chrono::milliseconds limit)
    : loop_(loop), requester_(to), scoring_(std::move(scoring)), limit_(limit) {}

task<result<update_outcome>> update_gate::submit(score_update update) {
  later<result<update_outcome>> mine;
  collecting_.message.updates.push_back(update);
  collecting_.places.push_back(&mine);
  if (under_way_ < most_under_way)
    send_soon();
  auto outcome = co_await mine;
  if (!outcome || outcome->code != errc::overloaded)
    co_return outcome;
  update_scores alone;
  alone.updates.push_back(std::move(update));
  auto sent = co_await requester_.ask<outcomes>(scoring_, std::move(alone), limit_);
  if (!sent)
    co_return sent.error();
  co_return std::move(sent->front());
}

/// After what is ready in this turn of the loop.
void update_gate::send_soon() {
  if (std::exchange(sending_soon_, true))
    return;
  boost::asio::post(loop_, [this] {
    sending_soon_ = false;
    if (under_way_ < most_under_way && !collecting_.places.empty())
      send(std::exchange(collecting_, {}));
  });
}

void update_gate::end() {
  if (!collecting_.places.empty())
    send(std::exchange(collecting_, {}));
}

detached update_gate::send(group updates) {
  ++under_way_;
  updates.message.prompt = true;
  auto sent = co_await requester_.ask<outcomes>(scoring_, std::move(updates.message), limit_);
  --under_way_;
  if (!collecting_.places.empty())
    send_soon();
  if (sent) {
    for (std::size_t i = 0; i < updates.places.size(); ++i)
      updates.places[i]->set(std::move((*sent)[i]));
    co_return;
  }
  const result<update_outcome> failed{sent.error()};
  for (auto* place : updates.places)
    place->set(failed);
}

} // namespace standings
