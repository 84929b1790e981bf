#pragma once

#include "core/base/result.hpp"
#include "http/server/request.hpp"

#include <string>

namespace standings {

/// Whether `host` (an address, a name or `[::1]`, with or without a port) means this machine.
bool is_loopback(std::string_view host);

/// Whether a proxy says that it sends the request for another client.
bool is_forwarded(const header_fields& headers);

/// Checks whether the request may use admin routes. If a token is configured, the request must
/// carry `Authorization: Bearer <token>`, compared in constant time; fails with `unauthorized`.
/// Without one, it must come directly from this machine and not from a page of another site; fails
/// with `forbidden`.
[[nodiscard]] result<void> authorize_admin(const request& rq, const std::string& token);

} // namespace standings
