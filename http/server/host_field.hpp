#pragma once

#include <string_view>

namespace standings {

/// Whether the value of a Host field is `uri-host [ ":" port ]` of RFC 9110, 7.2, which includes
/// the empty one.
[[nodiscard]] bool is_host_field(std::string_view value);

} // namespace standings
