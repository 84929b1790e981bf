#include "app/edge.hpp"

#include "config/paths.hpp"

#include <algorithm>

namespace standings {

namespace {

server_options server_options_for(const config& settings) {
  const auto& http = settings.http;
  server_options out;
  out.host = http.host;
  out.port = http.port;
  out.admin_token = settings.admin.token;
  out.trusted_proxies = http.trusted_proxies;
  out.limits.loops = http.loops;
  out.limits.max_in_flight = http.max_in_flight;
  out.limits.max_connections = http.max_connections;
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

edge_options edge_options_for(const config& settings) {
  edge_options out;
  out.server = server_options_for(settings);
  out.server.rates = rates_of(settings.http.limits);
  out.api.max_count = settings.leaderboard.max_count;
  out.api.request_timeout = settings.http.request_timeout;
  out.api.blocking_threads = settings.http.threads;
  out.api.most_waiting = std::max<std::size_t>(1, settings.http.max_in_flight / 4);
  return out;
}

} // namespace standings
