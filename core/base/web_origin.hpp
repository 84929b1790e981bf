#pragma once

#include <string_view>

namespace standings {

/// Whether `text` is an origin exactly as browsers send it in `Origin`: `https://host` or
/// `http://host:8080`, in lower case, without a path and without the scheme's usual port. Other
/// schemes, such as those of apps, are fine too; `null` is not.
bool is_web_origin(std::string_view text);

/// Whether `text` is the name or the address of a host alone: an IPv6 address without brackets.
bool is_host_name(std::string_view text);

} // namespace standings
