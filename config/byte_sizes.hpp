#pragma once

#include "config/config.hpp"
#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace standings {

/// A whole number and a unit: `64KiB`, `512MiB`, `2GiB`, `1TiB`; without one, bytes.
[[nodiscard]] result<byte_size> parse_byte_size(std::string_view text);

/// The inverse, in the largest unit that divides it.
[[nodiscard]] std::string format_byte_size(const byte_size& size);

} // namespace standings
