#include "core/base/web_origin.hpp"

#include "core/base/scanner.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

namespace standings {

namespace {

constexpr std::size_t longest_name = 253;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

bool is_in_name(char c) {
  return is_lower(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
}

bool is_in_scheme(char c) {
  return is_lower(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
}

bool is_scheme(std::string_view text) {
  return !text.empty() && is_lower(text.front())
         && std::all_of(text.begin(), text.end(), is_in_scheme);
}

bool is_ipv6(std::string_view text) {
  in6_addr out{};
  return inet_pton(AF_INET6, std::string{text}.c_str(), &out) == 1
         && std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'F'; });
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_name
         && std::all_of(text.begin(), text.end(), is_in_name)
         && text.find("..") == std::string_view::npos && text.front() != '.' && text.front() != '-';
}

/// Browsers write a port as the shortest number, and leave out the scheme's own.
bool is_written_port(std::string_view text, std::string_view scheme) {
  std::uint16_t port = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool shortest = !text.empty() && std::all_of(text.begin(), text.end(), is_digit)
                        && text.front() != '0' && parsed.ec == std::errc{};
  const bool usual = (scheme == "http" && port == 80) || (scheme == "https" && port == 443);
  return shortest && !usual;
}

} // namespace

bool is_host_name(std::string_view text) {
  return is_name(text) || is_ipv6(text);
}

bool is_web_origin(std::string_view text) {
  constexpr std::string_view separator = "://";
  const auto end = text.find(separator);
  if (end == std::string_view::npos || !is_scheme(text.substr(0, end)))
    return false;
  const auto scheme = text.substr(0, end);
  auto rest = text.substr(end + separator.size());
  const bool bracketed = rest.starts_with('[');
  const auto host_end = std::min(bracketed ? rest.find(']') : rest.find(':'), rest.size());
  const auto host = rest.substr(bracketed ? 1 : 0, host_end - (bracketed ? 1 : 0));
  if (bracketed ? host_end == rest.size() || !is_ipv6(host) : !is_name(host))
    return false;
  rest.remove_prefix(host_end + (bracketed ? 1 : 0));
  return rest.empty() || (rest.front() == ':' && is_written_port(rest.substr(1), scheme));
}

} // namespace standings
