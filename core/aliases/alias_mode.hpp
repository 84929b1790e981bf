#pragma once

#include <cstdint>

namespace standings {

/// Whether aliases are mirrored. `automatic`: as soon as the source exists.
enum class alias_mode : std::uint8_t { automatic, on, off };

} // namespace standings
