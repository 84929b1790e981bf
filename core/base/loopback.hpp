#pragma once

#include <string>

namespace standings {

/// Whether a host can only mean this machine: `localhost`, or a literal address in 127.0.0.0/8 or
/// `::1`. Other names are not resolved: the result could change later.
bool is_loopback_host(const std::string& host);

} // namespace standings
