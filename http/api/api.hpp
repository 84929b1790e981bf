#pragma once

#include "actors/faces.hpp"
#include "actors/leaderboard/update_combiner.hpp"
#include "config/config.hpp"
#include "http/server/router.hpp"

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include <atomic>
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
  /// How many requests may wait for the cache to be filled: so many threads are
  /// not there for anybody else meanwhile.
  std::size_t max_waiting = 16;
  mutable std::atomic<std::size_t> waiting = 0;
};

/// Holds one of the places of those who may wait long, if there is one.
class waiting_place {
public:
  explicit waiting_place(const api& with) : with_(with), before_(with.waiting++) {}
  waiting_place(const waiting_place&) = delete;
  waiting_place& operator=(const waiting_place&) = delete;
  ~waiting_place() { --with_.waiting; }

  explicit operator bool() const { return before_ < with_.max_waiting; }

private:
  const api& with_;
  std::size_t before_;
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

using route_fn = result<answer> (*)(const api&, const request&);

/// A route's function with what it works on. `with` outlives the handler.
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

/// How long an answer may take: an update may wait for its turn, and then for
/// its outcome.
inline milliseconds longest_answer(milliseconds request_timeout) {
  return 2 * request_timeout;
}

/// The combiner that sends to `with.faces.scoring`. `with` outlives it.
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
