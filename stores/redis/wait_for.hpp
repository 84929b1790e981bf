#pragma once

#include <cstdint>

namespace standings {

/// What a socket has to become before an operation on it can go on.
enum class wait_for : std::uint8_t { nothing, readable, writable };

} // namespace standings
