#include "http/server/auth.hpp"

#include "core/base/loopback.hpp"
#include "core/base/validate.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>

namespace standings {

namespace {

bool is_port(std::string_view text) {
  return text.size() <= 5
         && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// `host`, `host:port`, `[v6]`, `[v6]:port` or `v6` without the port; empty if it is none of them.
std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    if (end == std::string_view::npos)
      return {};
    const auto rest = host.substr(end + 1);
    const bool sound = rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
    return sound ? host.substr(1, end - 1) : std::string_view{};
  }
  const auto colon = host.find(':');
  if (colon == std::string_view::npos || host.find(':', colon + 1) != std::string_view::npos)
    return host;
  return is_port(host.substr(colon + 1)) ? host.substr(0, colon) : std::string_view{};
}

} // namespace

bool is_forwarded(const header_fields& headers) {
  for (const auto* header : {"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
                             "X-Real-IP", "Forwarded", "Via"})
    if (headers.has(header))
      return true;
  return false;
}

namespace {

/// Whether a browser sends this for a page of another site, or a proxy for another client.
bool is_on_behalf(const header_fields& headers) {
  if (is_forwarded(headers))
    return true;
  if (headers.has("Host") && !is_loopback(headers.value("Host")))
    return true; // a foreign name may resolve to loopback
  if (!headers.has("Origin"))
    return false;
  const auto origin = headers.value("Origin");
  const auto scheme = origin.find("://");
  return headers.count("Origin") > 1 || scheme == std::string_view::npos
         || !is_loopback(origin.substr(scheme + 3));
}

} // namespace

bool is_loopback(std::string_view host) {
  auto name = without_port(host);
  if (constexpr std::string_view mapped = "::ffff:"; name.starts_with(mapped))
    name.remove_prefix(mapped.size()); // an IPv4 client of an IPv6 socket
  return is_loopback_host(std::string{name});
}

result<void> authorize_admin(const request& rq, const std::string& token) {
  if (token.empty()) {
    if (is_loopback(rq.remote_address) && !is_on_behalf(rq.headers))
      return {};
    return fail(errc::forbidden,
                "admin routes answer on loopback only until a token is configured");
  }
  constexpr std::string_view scheme = "Bearer ";
  const auto given = rq.headers.value("Authorization");
  const bool right = boost::istarts_with(given, scheme)
                     && equal_in_constant_time(given.substr(scheme.size()), token);
  if (!right)
    return fail(errc::unauthorized, "this route needs the admin token");
  return {};
}

} // namespace standings
