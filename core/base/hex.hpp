#pragma once

#include <string>
#include <string_view>

namespace standings {

inline constexpr std::string_view hex_digits = "0123456789abcdef";
inline constexpr std::string_view upper_hex_digits = "0123456789ABCDEF";

/// Appends the two hexadecimal digits of a byte.
inline void append_hex(std::string& out, unsigned char byte, std::string_view digits = hex_digits) {
  out += digits[byte >> 4U];
  out += digits[byte & 0xfU];
}

/// The value of a hexadecimal digit; -1 for any other character. Thread-safe.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

} // namespace standings
