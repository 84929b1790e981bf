#include "actors/health.hpp"
#include "http/api/api.hpp"
#include "http/api/leaderboard_json.hpp"

namespace standings {

namespace {

answer_task get_healthz(const api&, const request&) {
  co_return ok(R"({"status":"ok"})");
}

/// What errors and gauges say is for those that may inspect the service.
void leave_out_details(health_report& report) {
  report.gauges.clear();
  report.hydration.last_error.clear();
  for (auto* statuses : {&report.children, &report.workers})
    for (auto& child : *statuses)
      child.last_error.clear();
}

/// With `?write` it also reports whether updates are accepted: boards are served even if the
/// database is away.
answer_task get_readyz(const api& with, const request& rq) {
  auto report = co_await ask<health_report>(with, with.faces.health, get_status{});
  if (!report)
    co_return report.error();
  if (!rq.may_inspect)
    leave_out_details(*report);
  auto out = ok(health_json(*report));
  const auto write = rq.param("write");
  const bool writes_matter = write && *write != "false";
  if (!report->ready || (writes_matter && database_is_away(*report))) {
    out.status = 503;
    out.headers.emplace_back("Retry-After", "1");
  }
  co_return out;
}

} // namespace

void add_health_routes(router& to, const api& with) {
  const auto get = [&](const char* pattern, route_fn f) {
    to.add(
        {"GET", pattern, access::anyone, body_kind::none, bind_route(with, f), when_busy::answer});
  };
  get("/healthz", get_healthz);
  get("/readyz", get_readyz);
}

} // namespace standings
