#include "http/api/metrics/traffic_metrics.hpp"

#include <numeric>

namespace standings {

namespace {

constexpr auto requests_name = "standings_http_requests_total";
constexpr auto durations_name = "standings_http_request_duration_seconds";
constexpr auto calls_name = "standings_store_calls_total";
constexpr auto call_durations_name = "standings_store_call_duration_seconds";

std::string status_label(int status) {
  return status == 0 ? "other" : std::to_string(status);
}

std::uint64_t total_of(const histogram_totals& from) {
  return std::accumulate(from.counts.begin(), from.counts.end(), std::uint64_t{0});
}

/// The requests of one route, of all loops. `route` null: requests without a route.
void add_route(metric_families& to, const server_traffic& from, const route* route,
               std::size_t number) {
  const metric_families::labels labels{{"method", route ? route->method : "any"},
                                       {"route", route ? route->pattern : "unmatched"}};
  histogram_totals durations;
  for (const auto* loop : from.loops)
    durations += loop->routes()[number].durations().totals();
  for (std::size_t i = 0; i < counted_statuses.size(); ++i) {
    std::uint64_t count = 0;
    for (const auto* loop : from.loops)
      count += loop->routes()[number].statuses()[i].value();
    if (count == 0)
      continue;
    auto with = labels;
    with.push_back({"status", status_label(counted_statuses[i])});
    to.counter(requests_name, "Requests answered, by route and status.", std::move(with),
               as_number(count));
  }
  if (route && total_of(durations) > 0)
    to.histogram(durations_name, "From the arrival of a request's head to its answer.", labels,
                 request_bounds, durations, nanoseconds_as_seconds);
}

std::uint64_t sum(const server_traffic& from, owned_count loop_traffic::*of) {
  std::uint64_t out = 0;
  for (const auto* loop : from.loops)
    out += (loop->*of).value();
  return out;
}

void add_operation(metric_families& to, const store_meter& meter, std::size_t operation) {
  const auto& calls = meter.calls(operation);
  const metric_families::labels labels{{"store", meter.store()},
                                       {"operation", std::string{meter.operations()[operation]}}};
  const auto durations = calls.durations.totals();
  for (std::size_t code = 0; code < outcome_count; ++code) {
    const auto count = calls.outcomes[code].value();
    if (count == 0)
      continue;
    auto with = labels;
    with.push_back({"outcome", code == 0 ? "ok" : to_string(static_cast<errc>(code))});
    to.counter(calls_name, "Calls of stores, by outcome: ok, or the error's code.", std::move(with),
               as_number(count));
  }
  if (total_of(durations) > 0)
    to.histogram(call_durations_name, "How long calls of stores took.", labels, call_bounds,
                 durations, nanoseconds_as_seconds);
}

} // namespace

void add_traffic(metric_families& to, const server_traffic& from) {
  for (std::size_t i = 0; i < from.routes->size(); ++i)
    add_route(to, from, &from.routes->at(i), i);
  add_route(to, from, nullptr, from.routes->size());
  to.gauge("standings_http_requests_in_flight", "Requests whose answer is being waited for.", {},
           as_number(from.in_flight));
  to.gauge("standings_http_requests_in_flight_max", "http.max_in_flight.", {},
           as_number(from.max_in_flight));
  to.gauge("standings_http_connections", "Open connections of clients.", {},
           as_number(from.connections));
  to.gauge("standings_http_connections_max", "http.max_connections.", {},
           as_number(from.max_connections));
  to.counter("standings_http_connections_opened_total", "Connections that were accepted.", {},
             as_number(sum(from, &loop_traffic::connections)));
  const auto refused = [&](const char* what, owned_count loop_traffic::*of) {
    to.counter("standings_http_refused_total",
               "Connections and requests refused because of their number.", {{"what", what}},
               as_number(sum(from, of)));
  };
  refused("connection", &loop_traffic::connections_refused);
  refused("address_connection", &loop_traffic::address_connections_refused);
  refused("request", &loop_traffic::requests_refused);
  to.counter("standings_http_connections_evicted_total",
             "Connections closed to make way for another.", {},
             as_number(sum(from, &loop_traffic::connections_evicted)));
  to.counter("standings_http_wrong_tokens_total", "Requests with a token that is not known.", {},
             as_number(from.wrong_tokens));
  to.counter("standings_http_received_bytes_total", "Bytes received from clients.", {},
             as_number(sum(from, &loop_traffic::received)));
  to.counter("standings_http_sent_bytes_total", "Bytes sent to clients.", {},
             as_number(sum(from, &loop_traffic::sent)));
}

void add_reads(metric_families& to,
               const std::vector<std::shared_ptr<const read_counts>>& of_loops) {
  const auto add = [&](const char* result, owned_count read_counts::*of) {
    std::uint64_t count = 0;
    for (const auto& loop : of_loops)
      count += ((*loop).*of).value();
    to.counter("standings_cache_reads_total", "Reads of boards and users, by what they took.",
               {{"result", result}}, as_number(count));
  };
  add("hit", &read_counts::hits);
  add("miss", &read_counts::misses);
  add("waited", &read_counts::waits);
}

void add_stores(metric_families& to, const store_metrics& from) {
  for (const auto& meter : from.meters)
    for (std::size_t i = 0; i < meter->operations().size(); ++i)
      add_operation(to, *meter, i);
  to.histogram("standings_update_batch_size", "Increments that one transaction holds.", {},
               batch_bounds, from.batch_sizes.totals(), 1);
  for (const auto& [guards, state] : from.breakers) {
    to.gauge("standings_redis_breakers_open", "Circuit breakers that are open.",
             {{"guards", guards}}, as_number(state->open()));
    to.counter("standings_redis_breaker_trips_total", "How often circuit breakers have opened.",
               {{"guards", guards}}, as_number(state->trips()));
  }
}

} // namespace standings
