#include "http/server/auth.hpp"

#include "core/base/loopback.hpp"
#include "core/base/validate.hpp"

#include <boost/algorithm/string/predicate.hpp>

namespace standings {

namespace {

std::string_view without_port(std::string_view host) {
  if (host.starts_with('['))
    return host.substr(0, host.find(']') + 1);
  const auto colon = host.find(':');
  const bool one_colon = colon != std::string_view::npos && host.find(':', colon + 1) == host.npos;
  return one_colon ? host.substr(0, colon) : host;
}

/// Whether a browser sends this for a page of another site, or a proxy for another client.
bool is_on_behalf(const httplib::Request& raw) {
  for (const auto* header : {"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
                             "X-Real-IP", "Forwarded", "Via"})
    if (raw.has_header(header))
      return true;
  if (raw.has_header("Host") && !is_loopback(raw.get_header_value("Host")))
    return true; // a foreign name may resolve to loopback
  if (!raw.has_header("Origin"))
    return false;
  auto origin = raw.get_header_value("Origin");
  const auto scheme = origin.find("://");
  return scheme == std::string::npos || !is_loopback(std::string_view{origin}.substr(scheme + 3));
}

} // namespace

bool is_loopback(std::string_view host) {
  auto name = without_port(host);
  if (name.starts_with('[') && name.ends_with(']'))
    name = name.substr(1, name.size() - 2);
  if (constexpr std::string_view mapped = "::ffff:"; name.starts_with(mapped))
    name.remove_prefix(mapped.size()); // an IPv4 client of an IPv6 socket
  return is_loopback_host(std::string{name});
}

result<void> authorize_admin(const httplib::Request& raw, const std::string& token) {
  if (token.empty()) {
    if (is_loopback(raw.remote_addr) && !is_on_behalf(raw))
      return {};
    return fail(errc::forbidden,
                "admin routes answer on loopback only until a token is configured");
  }
  constexpr std::string_view scheme = "Bearer ";
  const auto given = raw.get_header_value("Authorization");
  const bool right =
      boost::istarts_with(given, scheme)
      && equal_in_constant_time(std::string_view{given}.substr(scheme.size()), token);
  if (!right)
    return fail(errc::unauthorized, "this route needs the admin token");
  return {};
}

} // namespace standings
