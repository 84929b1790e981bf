#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <string>

namespace standings {

/// Whether this process could listen there, found out by binding for a moment. Fails
/// with `out_of_range` and the reason: the port is in use, the machine has no such
/// address, the port needs rights, the name does not resolve.
[[nodiscard]] result<void> probe_address(const std::string& host, std::uint16_t port);

/// `host:port`, an IPv6 address in brackets.
[[nodiscard]] std::string address_text(const std::string& host, std::uint16_t port);

} // namespace standings
