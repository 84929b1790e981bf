#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace standings {

/// Where a service is reached: directly, or below a path of a reverse proxy.
struct service_url {
  bool https = false;
  std::string host; ///< a name or an address, IPv6 without brackets
  std::uint16_t port = 0;
  std::string prefix{}; ///< of every path: empty, or `/like/this`
};

/// Parses `http://host`, `https://[::1]:8443/prefix` and the like. Fails with `malformed` and a
/// detail that completes "<name of the flag>: …". The detail quotes nothing, as the text may hold a
/// password.
[[nodiscard]] result<service_url> parse_service_url(std::string_view text);

[[nodiscard]] std::string to_string(const service_url& url);

} // namespace standings
