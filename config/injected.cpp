#include "config/injected.hpp"

#include <algorithm>
#include <array>

namespace standings {

namespace {

constexpr std::array<std::string_view, 3> protocols{"TCP", "UDP", "SCTP"};

/// `tcp://10.0.0.9:8000`: no port, host or address option accepts such a value.
bool is_link_address(std::string_view value) {
  return value.starts_with("tcp://") || value.starts_with("udp://") || value.starts_with("sctp://");
}

/// Matches `8000_TCP` and `8000_TCP_ADDR`.
bool names_port(std::string_view text) {
  const auto digits =
      std::find_if(text.begin(), text.end(), [](char c) { return c < '0' || c > '9'; });
  if (digits == text.begin() || digits == text.end() || *digits != '_')
    return false;
  text.remove_prefix(static_cast<std::size_t>(digits - text.begin()) + 1);
  return std::any_of(protocols.begin(), protocols.end(), [&](std::string_view protocol) {
    if (!text.starts_with(protocol))
      return false;
    const auto part = text.substr(protocol.size());
    return part.empty() || part == "_PROTO" || part == "_PORT" || part == "_ADDR"
           || part == "_PORT_START" || part == "_PORT_END";
  });
}

/// Searches the whole name, because the service's own name may contain PORT.
bool names_port_of_link(std::string_view name) {
  constexpr std::string_view mark = "_PORT_";
  for (auto at = name.find(mark); at != std::string_view::npos; at = name.find(mark, at + 1))
    if (at > 0 && names_port(name.substr(at + mark.size())))
      return true;
  return false;
}

bool names_service(std::string_view name) {
  constexpr std::string_view port = "_SERVICE_PORT";
  const auto at = name.find(port);
  const auto end = at == std::string_view::npos ? at : at + port.size();
  return name.ends_with("_SERVICE_HOST")
         || (end != std::string_view::npos && (end == name.size() || name[end] == '_'));
}

} // namespace

bool is_injected(std::string_view name, std::string_view value) {
  if (name.ends_with("_PORT") && is_link_address(value))
    return true;
  if (names_service(name) || names_port_of_link(name)
      || name.find("_ENV_") != std::string_view::npos)
    return true;
  // the value names both containers: /web/standings
  return name.ends_with("_NAME") && value.starts_with('/');
}

} // namespace standings
