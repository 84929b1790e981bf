#pragma once

#include <cstdint>
#include <string>

namespace standings {

/// What an allocation of so many bytes takes with the allocator's header: a multiple of 16, at
/// least 32.
constexpr std::uint64_t allocated_bytes(std::uint64_t bytes) {
  constexpr std::uint64_t header = 8;
  constexpr std::uint64_t grain = 16;
  const auto whole = (bytes + header + grain - 1) / grain * grain;
  return whole < 2 * grain ? 2 * grain : whole;
}

/// What the characters of a text take besides the string itself, which holds a short one.
inline std::uint64_t allocated_bytes(const std::string& text) {
  static const auto within = std::string{}.capacity();
  return text.size() <= within ? 0 : allocated_bytes(text.size() + 1);
}

} // namespace standings
