#include "http/api/api.hpp"
#include "http/api/metrics/named_metrics.hpp"
#include "http/api/metrics/process_metrics.hpp"
#include "http/api/metrics/status_metrics.hpp"
#include "http/api/metrics/status_replies.hpp"
#include "http/api/metrics/traffic_metrics.hpp"

namespace standings {

namespace {

/// What an actor has not told in time is left out.
void add_replies(metric_families& to, const status_replies& from) {
  const auto add = [&](const char* from_whom, const auto& reply, auto add_to) {
    to.gauge("standings_status_answered", "Whether an actor told its state in time for this text.",
             {{"actor", from_whom}}, as_number(reply.has_value()));
    if (reply)
      add_to(to, *reply);
  };
  add("health", from.health, add_health);
  add("reconcile", from.reconcile, add_reconcile);
  add("alias_mirror", from.aliases, add_aliases);
  add("session_sync", from.sessions, add_sessions);
}

answer_task get_metrics_text(const api& with, const request&) {
  const auto replies = co_await gather_replies(with);
  metric_families all;
  if (with.shared.server)
    add_traffic(all, with.shared.server->traffic());
  add_reads(all, with.shared.reads);
  if (with.faces.store_metrics)
    add_stores(all, *with.faces.store_metrics);
  if (with.faces.shelf)
    add_shelf(all, with.faces.shelf->counts);
  add_tenants(all, with.tenants.read());
  add_replies(all, *replies);
  add_process(all);
  answer out;
  out.content_type = "text/plain; version=0.0.4; charset=utf-8";
  out.body = all.text();
  co_return out;
}

} // namespace

void add_metrics_routes(router& to, const api& with) {
  to.add({"GET", "/metrics", access::inspect, body_kind::none, bind_route(with, get_metrics_text),
          when_busy::answer});
}

} // namespace standings
