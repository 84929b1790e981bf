#pragma once

#include <cstdint>

namespace standings::test {

/// A port on which no program listens at the moment, and which no other process of tests is given
/// as long as this one lives: a server that is stopped finds its port free when it is started
/// again.
std::uint16_t free_port();

} // namespace standings::test
