#include "http/api/api.hpp"
#include "http/api/session_json.hpp"

namespace standings {

namespace {

/// A full sync takes long, and the client may wait for it.
constexpr milliseconds full_sync_limit{15 * 60 * 1'000};
constexpr std::uint64_t default_page = 100;
constexpr std::uint64_t max_page = 1'000;

answer_task post_manual(const api& with, const request&) {
  const auto report = co_await ask<full_sync_report>(with, with.faces.sessions, sync_all_sessions{},
                                                     full_sync_limit);
  if (!report)
    co_return report.error();
  co_return ok(full_sync_json(*report));
}

answer_task post_session(const api& with, const request& rq) {
  sync_session one{rq.captures[0]};
  const auto done = co_await ask<sessions_synced>(with, with.faces.sessions, std::move(one));
  if (!done)
    co_return done.error();
  co_return ok(sync_json(*done));
}

answer_task get_state_of_sessions(const api& with, const request&) {
  const auto report =
      co_await ask<sessions_status>(with, with.faces.sessions, get_sessions_status{});
  if (!report)
    co_return report.error();
  co_return ok(sessions_status_json(*report));
}

answer_task get_comparison(const api& with, const request& rq) {
  const auto limit = int_param(rq, "limit", 1, max_page, default_page);
  if (!limit)
    co_return limit.error();
  compare_sessions from{std::string{rq.param("cursor").value_or("")}, *limit};
  const auto page = co_await ask<session_comparison>(with, with.faces.sessions, std::move(from));
  if (!page)
    co_return page.error();
  co_return ok(comparison_json(*page));
}

} // namespace

void add_session_routes(router& to, const api& with) {
  const auto add = [&](const char* method, const char* pattern, access who, route_fn f) {
    to.add({method, pattern, who, body_kind::none, bind_route(with, f)});
  };
  add("POST", "/api/v1/sync/manual", access::admin, post_manual);
  add("POST", "/api/v1/sync/session/{id}", access::admin, post_session);
  add("GET", "/api/v1/sync/status", access::inspect, get_state_of_sessions);
  add("GET", "/api/v1/sync/sessions/compare", access::inspect, get_comparison);
}

} // namespace standings
