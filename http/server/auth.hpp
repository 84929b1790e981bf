#pragma once

#include "core/base/result.hpp"

#include <httplib.h>

#include <string>

namespace standings {

/// Whether `host` (an address, a name, `[::1]`, with or without a port) means
/// this machine.
bool is_loopback(std::string_view host);

/// Whether the request may use admin routes. With a token it has to carry
/// `Authorization: Bearer <token>`, compared in constant time; fails with
/// `unauthorized`. Without one it has to come from this machine, directly, and
/// not from a page of another site; fails with `forbidden`.
[[nodiscard]] result<void> authorize_admin(const httplib::Request& raw, const std::string& token);

} // namespace standings
