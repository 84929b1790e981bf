#pragma once

#include "actors/aliases/alias_reader.hpp"
#include "actors/faces.hpp"
#include "actors/leaderboard/leaderboard_reader.hpp"
#include "actors/leaderboard/update_gate.hpp"
#include "actors/supervision/blocking_calls.hpp"
#include "actors/supervision/requester.hpp"
#include "actors/supervision/waiting_places.hpp"
#include "core/metrics/tenant_counts.hpp"
#include "http/api/board_feed.hpp"
#include "http/api/board_followers.hpp"
#include "http/api/event_followers.hpp"
#include "http/api/printed_boards.hpp"
#include "http/server/rate_limits.hpp"
#include "http/server/router.hpp"
#include "http/server/server.hpp"

#include <boost/asio/io_context.hpp>
#include <caf/actor_system.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace standings {

using milliseconds = std::chrono::milliseconds;

/// Limits of the routes.
struct api_options {
  std::int64_t max_count = 10'000;       ///< the most that one update may add
  milliseconds request_timeout{5'000};   ///< for the reply of an actor
  bool create_on_write = false;          ///< whether an update makes its leaderboard
  std::size_t most_waiting = 768;        ///< requests that may wait for the cache to be filled
  std::size_t most_waiting_of_one = 256; ///< the same, for the leaderboards of one tenant
  std::size_t blocking_threads = 8;      ///< for calls that block
};

/// What the handlers of all event loops share. Thread-safe.
struct shared_by_loops {
  explicit shared_by_loops(const api_options& with, std::size_t most_blocking)
      : calls(with.blocking_threads, most_blocking, with.request_timeout),
        waiting(with.most_waiting, with.most_waiting_of_one) {}

  blocking_calls calls;
  waiting_places waiting;
  tenant_counts tenants;
  std::unique_ptr<board_feed> boards; ///< lives on the first loop, ends before it

  // for /metrics; set before the server starts
  const http_server* server = nullptr;
  std::vector<std::shared_ptr<const read_counts>> reads; ///< of each loop
};

/// What the handlers of one event loop work with; for its thread only.
struct api {
  api(caf::actor_system& in, boost::asio::io_context& on, service_faces to, const api_options& with,
      shared_by_loops& shared, rate_limits& rates);
  api(const api&) = delete;
  api& operator=(const api&) = delete;

  /// Ends what the handlers wait for, while all that they use is still there.
  ~api();

  caf::actor_system& system;
  boost::asio::io_context& loop;
  service_faces faces;
  std::int64_t max_count;
  bool create_on_write;
  milliseconds timeout;
  blocking_calls& calls;
  waiting_places& waiting;
  tenant_counts& tenants;
  rate_limits& limits;
  const shared_by_loops& shared;
  mutable requester requests;
  cache_reads_ptr reads;
  mutable default_board_source source;
  std::shared_ptr<read_counts> counts = std::make_shared<read_counts>();
  mutable leaderboard_reader boards;
  mutable printed_boards printed;
  mutable board_followers followers;
  mutable event_followers watchers;
  alias_reader aliases;
  mutable update_gate updates;
  mutable update_gate named_updates;

  /// Awaits a call that blocks, on a thread of its own.
  template <class T>
  task<result<T>> blocking(std::function<result<T>()> f) const {
    return calls.run<T>(loop, std::move(f));
  }
};

/// Sends a message to an actor and awaits its reply, at most for `limit`.
template <class Reply, class Handle, class Message>
task<result<Reply>> ask(const api& with, const Handle& whom, Message message, milliseconds limit) {
  return with.requests.ask<Reply>(whom, std::move(message), limit);
}

template <class Reply, class Handle, class Message>
task<result<Reply>> ask(const api& with, const Handle& whom, Message message) {
  return ask<Reply>(with, whom, std::move(message), with.timeout);
}

/// Parses a `{period}` segment. Fails with `unknown_period`.
[[nodiscard]] inline result<period> period_of(const std::string& text) {
  if (const auto p = parse_period(text))
    return *p;
  return fail(errc::unknown_period, "the periods are daily, weekly, monthly and yearly", "period");
}

using route_fn = answer_task (*)(const api&, const request&);

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

void add_leaderboard_routes(router& to, const api& with);
void add_named_leaderboard_routes(router& to, const api& with);
void add_past_routes(router& to, const api& with);
void add_live_routes(router& to, const api& with);
void add_admin_routes(router& to, const api& with);
void add_reconcile_routes(router& to, const api& with);
void add_alias_routes(router& to, const api& with);
void add_session_routes(router& to, const api& with);
void add_metrics_routes(router& to, const api& with);
void add_health_routes(router& to, const api& with);
void add_static_routes(router& to);

} // namespace standings
