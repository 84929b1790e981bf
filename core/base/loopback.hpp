#pragma once

#include <string>

namespace standings {

/// Whether a host means this machine and nothing else: `localhost`, or a literal
/// address in 127.0.0.0/8 or `::1`. What another name resolves to is not known
/// before it is too late.
bool is_loopback_host(const std::string& host);

} // namespace standings
