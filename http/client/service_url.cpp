#include "http/client/service_url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace standings {

namespace {

failure refuse(std::string why) {
  return fail(errc::malformed, std::move(why));
}

/// Removes `start` from the text if it begins with it, in any case.
bool take_scheme(std::string_view& text, std::string_view start) {
  const auto same = [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
  };
  if (text.size() < start.size()
      || !std::equal(start.begin(), start.end(), text.begin(),
                     [&](char b, char a) { return same(a, b); }))
    return false;
  text.remove_prefix(start.size());
  return true;
}

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_host(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_';
  });
}

bool is_ipv6(std::string_view host) {
  return host.find(':') != std::string_view::npos
         && host.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

bool is_path(std::string_view path) {
  return std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, port);
  if (parsed.ec != std::errc{} || parsed.ptr != end || port == 0)
    return std::nullopt;
  return port;
}

/// Reads `host`, `host:port` or `[address]:port` into `out`.
result<void> read_authority(std::string_view authority, service_url& out) {
  const bool bracketed = authority.starts_with('[');
  const auto end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && end == std::string_view::npos)
    return refuse("the bracket of the IPv6 address is not closed");
  const auto host = bracketed ? authority.substr(1, end - 1) : authority.substr(0, end);
  if (bracketed ? !is_ipv6(host) : !is_host(host))
    return refuse("has no usable host; an IPv6 address stands in brackets: http://[::1]:8000");
  out.host = host;
  auto rest = end == std::string_view::npos ? "" : authority.substr(bracketed ? end + 1 : end);
  if (rest.empty())
    return {};
  const auto port = rest.starts_with(':') ? parse_port(rest.substr(1)) : std::nullopt;
  if (!port)
    return refuse("what follows the host has to be :PORT, from 1 to 65535");
  out.port = *port;
  return {};
}

} // namespace

result<service_url> parse_service_url(std::string_view text) {
  service_url out;
  out.https = take_scheme(text, "https://");
  if (!out.https && !take_scheme(text, "http://"))
    return refuse("has to start with http:// or https://");
  if (text.find_first_of("?#") != std::string_view::npos)
    return refuse("has to end with the path, without ? or #");
  const auto slash = text.find('/');
  const auto authority = text.substr(0, slash);
  if (authority.find('@') != std::string_view::npos)
    return refuse("takes no user or password; a token is given by --token-file or "
                  "STANDINGS_TOKEN");
  out.port = out.https ? 443 : 80;
  if (const auto done = read_authority(authority, out); !done)
    return done.error();
  if (slash != std::string_view::npos)
    out.prefix = text.substr(slash);
  while (out.prefix.ends_with('/'))
    out.prefix.pop_back();
  if (!is_path(out.prefix))
    return refuse("has spaces or other characters in its path that have to be percent-encoded");
  return out;
}

std::string to_string(const service_url& url) {
  const bool ipv6 = url.host.find(':') != std::string::npos;
  return (url.https ? "https://" : "http://") + (ipv6 ? "[" + url.host + "]" : url.host) + ":"
         + std::to_string(url.port) + url.prefix;
}

} // namespace standings
