#include "http/server/host_field.hpp"

#include "core/base/percent.hpp"
#include "core/base/scanner.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

namespace standings {

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_in_name(char c) {
  constexpr std::string_view others = "-._~%!$&'()*+,;=";
  return is_digit(c) || is_letter(c) || others.find(c) != std::string_view::npos;
}

bool is_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_in_name) && !has_broken_escape(text);
}

/// `IP-literal` of RFC 3986 without its brackets: an IPv6 address, or one of a later version.
bool is_literal(std::string_view text) {
  in6_addr address{};
  if (inet_pton(AF_INET6, std::string{text}.c_str(), &address) == 1)
    return text.find('\0') == std::string_view::npos;
  const auto dot = text.find('.');
  if (dot == std::string_view::npos || dot < 2 || (text[0] != 'v' && text[0] != 'V'))
    return false;
  const auto version = text.substr(1, dot - 1);
  const auto rest = text.substr(dot + 1);
  return !rest.empty()
         && std::all_of(version.begin(), version.end(), [](char c) { return hex_value(c) >= 0; })
         && std::all_of(rest.begin(), rest.end(),
                        [](char c) { return c == ':' || (c != '%' && is_in_name(c)); });
}

bool is_port(std::string_view text) {
  return text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit);
}

} // namespace

bool is_host_field(std::string_view value) {
  auto port = std::string_view{};
  if (value.starts_with('[')) {
    const auto end = value.find(']');
    if (end == std::string_view::npos || !is_literal(value.substr(1, end - 1)))
      return false;
    port = value.substr(end + 1);
  } else {
    const auto colon = std::min(value.find(':'), value.size());
    if (!is_name(value.substr(0, colon)))
      return false;
    port = value.substr(colon);
  }
  if (port.empty())
    return true;
  return port.front() == ':' && std::all_of(port.begin() + 1, port.end(), is_digit);
}

std::string_view host_of(std::string_view value) {
  if (value.starts_with('[')) {
    const auto end = value.find(']');
    if (end == std::string_view::npos)
      return {};
    const auto rest = value.substr(end + 1);
    const bool sound = rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
    return sound ? value.substr(1, end - 1) : std::string_view{};
  }
  const auto colon = value.find(':');
  if (colon == std::string_view::npos || value.find(':', colon + 1) != std::string_view::npos)
    return value;
  return is_port(value.substr(colon + 1)) ? value.substr(0, colon) : std::string_view{};
}

} // namespace standings
