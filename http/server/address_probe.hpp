#pragma once

#include "core/base/result.hpp"

#include <cstdint>
#include <string>

namespace standings {

/// Checks whether this process could listen on the address, by binding briefly. Fails with
/// `out_of_range` and the reason: the port is in use or needs privileges, the machine has no such
/// address, or the name does not resolve.
[[nodiscard]] result<void> probe_address(const std::string& host, std::uint16_t port);

/// `host:port`, with an IPv6 address in brackets.
[[nodiscard]] std::string address_text(const std::string& host, std::uint16_t port);

} // namespace standings
