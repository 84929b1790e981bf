#pragma once

#include "actors/aliases/alias_reader.hpp"
#include "actors/faces.hpp"
#include "actors/leaderboard/leaderboard_reader.hpp"
#include "actors/leaderboard/update_combiner.hpp"
#include "actors/supervision/ask.hpp"
#include "actors/supervision/waiting_places.hpp"
#include "http/server/router.hpp"

#include <caf/actor_system.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

namespace standings {

using milliseconds = std::chrono::milliseconds;

/// Limits of the routes.
struct api_options {
  std::int64_t max_count = 10'000;     ///< the most that one update may add
  milliseconds request_timeout{5'000}; ///< for the reply of an actor
  std::size_t most_waiting = 16;       ///< requests that may wait for the cache to be filled
};

/// What the handlers work with.
struct api {
  api(caf::actor_system& in, service_faces to, const api_options& with)
      : system(in), faces(std::move(to)), max_count(with.max_count), timeout(with.request_timeout),
        waiting(with.most_waiting) {}

  caf::actor_system& system;
  service_faces faces;
  std::int64_t max_count;
  milliseconds timeout;
  mutable waiting_places waiting;
  leaderboard_reader boards{system, faces.cache, faces.hydration, timeout, waiting};
  alias_reader aliases{system, faces.alias_cache, faces.aliases, timeout};
  std::unique_ptr<update_combiner> updates{}; ///< sends to faces.scoring
};

/// Sends a message to an actor and waits for its reply, at most for `limit`.
template <class Reply, class Handle, class Message>
[[nodiscard]] result<Reply> ask(const api& with, const Handle& whom, Message message,
                                milliseconds limit) {
  return ask<Reply>(with.system, whom, std::move(message), limit);
}

template <class Reply, class Handle, class Message>
[[nodiscard]] result<Reply> ask(const api& with, const Handle& whom, Message message) {
  return ask<Reply>(with, whom, std::move(message), with.timeout);
}

/// Parses a `{period}` segment. Fails with `unknown_period`.
[[nodiscard]] inline result<period> period_of(const std::string& text) {
  if (const auto p = parse_period(text))
    return *p;
  return fail(errc::unknown_period, "the periods are daily, weekly, monthly and yearly", "period");
}

using route_fn = result<answer> (*)(const api&, const request&);

/// Binds a route's function to its collaborators. `with` must outlive the handler.
inline handler bind_route(const api& with, route_fn f) {
  return [&with, f](const request& rq) {
    return f(with, rq);
  };
}

inline answer ok(std::string body) {
  answer out;
  out.body = std::move(body);
  return out;
}

/// The longest time an answer takes: an update may wait once for its turn and once for its outcome.
inline milliseconds longest_answer(milliseconds request_timeout) {
  return 2 * request_timeout;
}

/// Makes a combiner that sends to `with.faces.scoring`. `with` must outlive it.
inline std::unique_ptr<update_combiner> make_update_combiner(const api& with) {
  const auto send = [&with](update_scores message) {
    return ask<update_combiner::outcomes>(with, with.faces.scoring, std::move(message));
  };
  return std::make_unique<update_combiner>(send, longest_answer(with.timeout));
}

void add_leaderboard_routes(router& to, const api& with);
void add_admin_routes(router& to, const api& with);
void add_reconcile_routes(router& to, const api& with);
void add_alias_routes(router& to, const api& with);
void add_session_routes(router& to, const api& with);
void add_health_routes(router& to, const api& with);

} // namespace standings
