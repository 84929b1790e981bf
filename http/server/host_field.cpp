#include "http/server/host_field.hpp"

#include "core/base/scanner.hpp"

#include <algorithm>

namespace standings {

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_in_name(char c) {
  constexpr std::string_view others = "-._~%!$&'()*+,;=";
  return is_digit(c) || is_letter(c) || others.find(c) != std::string_view::npos;
}

bool is_in_literal(char c) {
  return is_in_name(c) || c == ':';
}

bool is_port(std::string_view text) {
  return text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit);
}

} // namespace

bool is_host_field(std::string_view value) {
  auto port = std::string_view{};
  if (value.starts_with('[')) {
    const auto end = value.find(']');
    if (end == std::string_view::npos || end == 1)
      return false;
    const auto literal = value.substr(1, end - 1);
    if (!std::all_of(literal.begin(), literal.end(), is_in_literal))
      return false;
    port = value.substr(end + 1);
  } else {
    const auto colon = std::min(value.find(':'), value.size());
    const auto name = value.substr(0, colon);
    if (!std::all_of(name.begin(), name.end(), is_in_name))
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
