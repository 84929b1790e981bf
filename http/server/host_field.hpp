#pragma once

#include <string_view>

namespace standings {

/// Whether the value of a Host field is `uri-host [ ":" port ]` of RFC 9110, 7.2, which includes
/// the empty one.
[[nodiscard]] bool is_host_field(std::string_view value);

/// The host of such a value (`host`, `host:port`, `[v6]`, `[v6]:port`, or `v6` without a port),
/// without brackets; empty if it is none of them.
[[nodiscard]] std::string_view host_of(std::string_view value);

/// A name without the dot that stands for the root of the domain names.
[[nodiscard]] inline std::string_view without_root(std::string_view name) {
  return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

} // namespace standings
