#include "actors/health.hpp"
#include "core/base/embedded.hpp"
#include "http/api/api.hpp"
#include "http/api/leaderboard_json.hpp"

namespace standings {

std::span<const embedded_text> http_texts();

namespace {

constexpr auto index_text = R"({"service":"standings","documentation":"/openapi.yaml",)"
                            R"("readiness":"/readyz","example":"/api/redis-leaderboard/daily"})";

result<answer> get_healthz(const api&, const request&) {
  return ok(R"({"status":"ok"})");
}

/// With `?write` it also reports whether updates are accepted: boards are served even if the
/// database is away.
result<answer> get_readyz(const api& with, const request& rq) {
  const auto report = ask<health_report>(with, with.faces.health, get_status{});
  if (!report)
    return report.error();
  auto out = ok(health_json(*report));
  const bool writes_matter =
      rq.raw.has_param("write") && rq.raw.get_param_value("write") != "false";
  if (!report->ready || (writes_matter && database_is_away(*report))) {
    out.status = 503;
    out.headers.emplace_back("Retry-After", "1");
  }
  return out;
}

result<answer> get_openapi(const api&, const request&) {
  answer out;
  out.body = http_texts().front().content;
  out.content_type = "application/yaml";
  return out;
}

result<answer> get_index(const api&, const request&) {
  return ok(index_text);
}

} // namespace

void add_health_routes(router& to, const api& with) {
  const auto get = [&](const char* pattern, route_fn f) {
    to.add({"GET", pattern, access::anyone, body_kind::none, bind_route(with, f)});
  };
  get("/healthz", get_healthz);
  get("/readyz", get_readyz);
  get("/openapi.yaml", get_openapi);
  get("/", get_index);
}

} // namespace standings
