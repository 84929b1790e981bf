#pragma once

#include <cstddef>
#include <string>

namespace standings {

/// Empties a buffer whose contents have been sent; a large one is given back.
inline void empty_sent(std::string& buffer) {
  constexpr std::size_t kept = 1 << 20;
  buffer.clear();
  if (buffer.capacity() > kept)
    buffer = {};
}

} // namespace standings
