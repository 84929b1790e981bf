#pragma once

#include <string_view>

namespace standings {

/// Whether the value of a Host field is `uri-host [ ":" port ]` of RFC 9110, 7.2, which includes
/// the empty one.
[[nodiscard]] bool is_host_field(std::string_view value);

/// The host of such a value (`host`, `host:port`, `[v6]`, `[v6]:port`, or `v6` without a port),
/// without brackets; empty if it is none of them.
[[nodiscard]] std::string_view host_of(std::string_view value);

} // namespace standings
