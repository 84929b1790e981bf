#include "app/edge.hpp"

#include "config/paths.hpp"
#include "core/base/loopback.hpp"

#include <algorithm>
#include <utility>

namespace standings {

namespace {

/// Neither streams nor one address take all connections: a quarter is left for others.
std::size_t within_three_quarters(std::size_t wanted, std::size_t connections) {
  return std::min(wanted, connections - connections / 4);
}

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
  out.trusted_proxies = http.trusted_proxies;
  out.doors = std::make_shared<access_control>(policy_for(settings));
  out.cors_origins = http.cors_origins;
  out.limits.loops = http.loops;
  out.limits.max_in_flight = http.max_in_flight;
  out.limits.max_connections = http.max_connections;
  out.limits.max_streams = within_three_quarters(http.max_streams, http.max_connections);
  out.limits.address_connections =
      within_three_quarters(http.limits.address_connections, http.max_connections);
  out.limits.address_streams = http.limits.address_streams;
  out.limits.idle_timeout = http.idle_timeout;
  out.limits.limits.request_timeout = http.request_timeout;
  out.limits.limits.max_header_bytes = http.max_header_bytes;
  out.limits.limits.max_body_bytes = http.max_body_bytes;
  return out;
}

rate_limit_options rates_of(const http_limits_config& limits) {
  using std::chrono::seconds;
  constexpr seconds minute{60};
  rate_limit_options out;
  out.address = bucket_size::of(limits.address_per_second, seconds{1}, limits.address_burst);
  out.token = bucket_size::of(limits.token_per_second, seconds{1}, limits.token_burst);
  out.user = bucket_size::of(limits.user_per_minute, minute, limits.user_burst);
  out.admin = bucket_size::of(limits.admin_per_minute, minute, limits.admin_burst);
  out.wrong_tokens =
      bucket_size::of(limits.wrong_tokens_per_minute, minute, limits.wrong_tokens_per_minute);
  out.loopback = limits.loopback;
  return out;
}

} // namespace

tls_files tls_files_of(const config& settings) {
  const auto& tls = settings.http.tls;
  return {resolve_path(settings, tls.cert_file), resolve_path(settings, tls.key_file)};
}

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
  out.hosts = {is_loopback_host(settings.http.host), settings.http.allowed_hosts};
  return out;
}

edge_options edge_options_for(const config& settings) {
  edge_options out;
  out.server = server_options_for(settings);
  out.server.rates = rates_of(settings.http.limits);
  out.server.rates.tenants = settings.leaderboards.quotas;
  out.api.create_on_write = settings.leaderboards.create_on_write;
  out.api.max_count = settings.leaderboard.max_count;
  out.api.request_timeout = settings.http.request_timeout;
  out.api.blocking_threads = settings.http.threads;
  const std::size_t in_flight = settings.http.max_in_flight;
  out.api.most_waiting = std::max<std::size_t>(1, in_flight * 3 / 4);
  out.api.most_waiting_of_one = std::max<std::size_t>(1, in_flight / 4);
  return out;
}

} // namespace standings
