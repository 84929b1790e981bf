#include "app/edge.hpp"

#include "core/base/loopback.hpp"

#include <algorithm>
#include <utility>

namespace standings {

namespace {

bool needs_token(door how, const config& settings) {
  return how == door::token || (how == door::automatic && !is_loopback_host(settings.http.host));
}

known_token token_from(const token_config& from) {
  known_token out;
  out.name = from.name;
  out.tenant = from.tenant;
  out.digest = parse_digest(from.sha256).value();
  for (const auto& word : from.may)
    out.may.grant(value_named<scope>(word).value());
  return out;
}

server_options server_options_for(const config& settings) {
  const auto& http = settings.http;
  server_options out;
  out.host = http.host;
  out.port = http.port;
  out.doors = std::make_shared<access_control>(policy_for(settings));
  out.cors_origins = http.cors_origins;
  out.hosts = {is_loopback_host(http.host), http.allowed_hosts};
  out.limits.loops = http.loops;
  out.limits.max_in_flight = http.max_in_flight;
  out.limits.max_connections = http.max_connections;
  out.limits.idle_timeout = http.idle_timeout;
  out.limits.limits.request_timeout = http.request_timeout;
  out.limits.limits.max_header_bytes = http.max_header_bytes;
  out.limits.limits.max_body_bytes = http.max_body_bytes;
  return out;
}

} // namespace

access_policy policy_for(const config& settings) {
  access_policy out;
  if (!settings.admin.token.empty()) {
    known_token admin{"admin", digest_of(settings.admin.token), {}, {}};
    admin.may.grant(scope::admin);
    out.tokens.push_back(std::move(admin));
  }
  for (const auto& token : settings.tokens)
    out.tokens.push_back(token_from(token));
  out.needs_token.add(scope::admin);
  if (needs_token(settings.http.reads, settings))
    out.needs_token.add(scope::read);
  if (needs_token(settings.http.inspect, settings))
    out.needs_token.add(scope::inspect);
  if (needs_token(settings.http.writes, settings))
    out.needs_token.add(scope::write);
  out.open_on_loopback = settings.admin.open_on_loopback;
  return out;
}

edge_options edge_options_for(const config& settings) {
  edge_options out;
  out.server = server_options_for(settings);
  out.api.max_count = settings.leaderboard.max_count;
  out.api.request_timeout = settings.http.request_timeout;
  out.api.blocking_threads = settings.http.threads;
  out.api.most_waiting = std::max<std::size_t>(1, settings.http.max_in_flight / 4);
  return out;
}

} // namespace standings
