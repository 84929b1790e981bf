#pragma once

#include <cstdint>

namespace standings::test {

/// A port on which no program listens at the moment.
std::uint16_t free_port();

} // namespace standings::test
