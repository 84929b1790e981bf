#include "config/redis_url.hpp"

#include "config/values.hpp"
#include "core/base/hex.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace standings {

namespace {

failure refused(std::string why) {
  return fail(errc::out_of_range, std::move(why), "cache.url");
}

/// Decodes percent escapes such as `%40`; none if one is malformed.
std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0)
      return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

result<void> take_scheme(std::string_view& url, cache_config& to) {
  const auto at = url.find("://");
  if (at == std::string_view::npos)
    return refused("has to look like redis://user:password@host:6379/0");
  auto scheme = std::string{url.substr(0, at)};
  std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (scheme == "unix" || scheme == "redis+unix" || scheme == "redis+socket")
    return refused("sockets are not supported: use redis://host:port");
  if (scheme == "redis-sentinel" || scheme == "redis+sentinel")
    return refused("Sentinel is not supported yet: use the primary's redis://host:port");
  if (scheme != "redis" && scheme != "rediss")
    return refused("has to start with redis:// or, for TLS, rediss://");
  to.tls.enabled |= scheme == "rediss";
  url.remove_prefix(at + 3);
  return {};
}

result<void> take_credentials(std::string_view& rest, cache_config& to) {
  const auto at = rest.rfind('@');
  if (at == std::string_view::npos)
    return {};
  const auto credentials = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  const auto colon = credentials.find(':');
  const auto name = decoded(credentials.substr(0, colon));
  const auto password =
      colon == std::string_view::npos ? std::string{} : decoded(credentials.substr(colon + 1));
  if (!name || !password)
    return refused("the user or the password holds a % that begins no escape; write %25");
  to.username = *name;
  if (!password->empty())
    to.password = *password;
  return {};
}

result<void> take_db(std::string_view text, cache_config& to) {
  if (text.empty())
    return {};
  const auto db = parse_integer<std::uint32_t>(text);
  if (!db)
    return refused("the database has to be a number, as in redis://host:6379/0");
  to.db = *db;
  return {};
}

/// Some libraries write the database as `?db=1`; other parameters are specific to them.
result<void> take_query(std::string_view& rest, cache_config& to) {
  const auto at = rest.find_first_of("?#");
  if (at == std::string_view::npos)
    return {};
  auto query = rest.substr(at + 1);
  rest = rest.substr(0, at);
  constexpr std::string_view name = "db=";
  while (!query.empty()) {
    const auto one = query.substr(0, query.find('&'));
    if (one.starts_with(name))
      if (auto done = take_db(one.substr(name.size()), to); !done)
        return done;
    query.remove_prefix(std::min(query.size(), one.size() + 1));
  }
  return {};
}

/// An IPv6 address is in brackets.
result<void> take_address(std::string_view text, cache_config& to) {
  if (text.find(',') != std::string_view::npos)
    return refused("names several hosts, which is not supported: name one");
  std::string_view host = text.substr(0, text.find(':'));
  std::string_view rest = text.substr(host.size());
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos)
      return refused("the address lacks its closing bracket");
    host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  }
  if (!host.empty())
    to.host = std::string{host};
  if (rest.empty())
    return {};
  const auto port = parse_integer<std::uint16_t>(rest.substr(1));
  if (rest.front() != ':' || !port || *port == 0)
    return refused("the port has to be from 1 to 65535");
  to.port = *port;
  return {};
}

} // namespace

bool is_url(std::string_view text) {
  return text.find("://") != std::string_view::npos;
}

result<void> apply_redis_url(std::string_view url, cache_config& to) {
  auto rest = url;
  auto out = to;
  if (auto done = take_scheme(rest, out); !done)
    return done;
  // a slash or a question mark in a password must be escaped
  if (auto done = take_query(rest, out); !done)
    return done;
  const auto slash = rest.find('/');
  const auto path = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  rest = rest.substr(0, slash);
  if (auto done = take_credentials(rest, out); !done)
    return done;
  if (auto done = take_address(rest, out); !done)
    return done;
  if (auto done = take_db(path, out); !done)
    return done;
  to = out;
  return {};
}

} // namespace standings
