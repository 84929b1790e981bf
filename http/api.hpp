#pragma once

#include "actors/service.hpp"
#include "config/config.hpp"
#include "http/router.hpp"
#include "http/update_combiner.hpp"

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include <memory>
#include <optional>

namespace standings {

/// What the routes work with.
struct api {
  caf::actor_system& system;
  service_faces faces;
  leaderboard_config leaderboard;
  milliseconds timeout{5'000};                ///< for an answer from inside
  std::unique_ptr<update_combiner> updates{}; ///< to faces.scoring
};

/// Asks an actor and waits for the answer, at most for `limit`.
template <class Reply, class Handle, class Message>
[[nodiscard]] result<Reply> ask(const api& with, const Handle& whom, Message message,
                                milliseconds limit) {
  caf::scoped_actor self{with.system};
  result<Reply> out = fail(errc::internal);
  self->request(whom, limit, std::move(message))
      .receive([&](Reply& reply) { out = std::move(reply); },
               [&](const caf::error& e) { out = to_failure(e); });
  return out;
}

template <class Reply, class Handle, class Message>
[[nodiscard]] result<Reply> ask(const api& with, const Handle& whom, Message message) {
  return ask<Reply>(with, whom, std::move(message), with.timeout);
}

/// A `{period}` segment. Fails with `unknown_period`.
[[nodiscard]] inline result<period> period_of(const std::string& text) {
  if (const auto p = parse_period(text))
    return *p;
  return fail(errc::unknown_period, "the periods are daily, weekly, monthly and yearly", "period");
}

inline answer ok(std::string body) {
  answer out;
  out.body = std::move(body);
  return out;
}

/// The combiner that sends to `with.faces.scoring`. `with` outlives it.
inline std::unique_ptr<update_combiner> make_update_combiner(const api& with) {
  const auto send = [&with](update_scores message) {
    return ask<update_combiner::outcomes>(with, with.faces.scoring, std::move(message));
  };
  // a leader may wait twice: for its turn, and for its answer
  return std::make_unique<update_combiner>(send, 2 * with.timeout);
}

void add_leaderboard_routes(router& to, const api& with);
void add_admin_routes(router& to, const api& with);
void add_health_routes(router& to, const api& with);

} // namespace standings
