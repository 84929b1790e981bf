#include "http/api/api.hpp"
#include "http/api/session_json.hpp"

namespace standings {

namespace {

/// A full sync takes long, and the client may wait for it.
constexpr milliseconds full_sync_limit{15 * 60 * 1'000};
constexpr std::uint64_t default_page = 100;
constexpr std::uint64_t max_page = 1'000;

result<answer> post_manual(const api& with, const request&) {
  const auto report =
      ask<full_sync_report>(with, with.faces.sessions, sync_all_sessions{}, full_sync_limit);
  if (!report)
    return report.error();
  return ok(full_sync_json(*report));
}

result<answer> post_session(const api& with, const request& rq) {
  const auto done = ask<sessions_synced>(with, with.faces.sessions, sync_session{rq.captures[0]});
  if (!done)
    return done.error();
  return ok(sync_json(*done));
}

result<answer> get_state_of_sessions(const api& with, const request&) {
  const auto report = ask<sessions_status>(with, with.faces.sessions, get_sessions_status{});
  if (!report)
    return report.error();
  return ok(sessions_status_json(*report));
}

result<answer> get_comparison(const api& with, const request& rq) {
  const auto limit = int_param(rq, "limit", 1, max_page, default_page);
  if (!limit)
    return limit.error();
  const auto page = ask<session_comparison>(
      with, with.faces.sessions, compare_sessions{rq.raw.get_param_value("cursor"), *limit});
  if (!page)
    return page.error();
  return ok(comparison_json(*page));
}

} // namespace

void add_session_routes(router& to, const api& with) {
  const auto add = [&](const char* method, const char* pattern, access who, route_fn f) {
    to.add({method, pattern, who, body_kind::none, bind_route(with, f)});
  };
  add("POST", "/api/v1/sync/manual", access::admin, post_manual);
  add("POST", "/api/v1/sync/session/{id}", access::admin, post_session);
  add("GET", "/api/v1/sync/status", access::anyone, get_state_of_sessions);
  add("GET", "/api/v1/sync/sessions/compare", access::anyone, get_comparison);
}

} // namespace standings
