#pragma once

#include <string>
#include <string_view>

namespace standings {

/// `text` as a Redis pattern that matches nothing else.
inline std::string escape_glob(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '*' || c == '?' || c == '[' || c == ']' || c == '^' || c == '\\')
      out += '\\';
    out += c;
  }
  return out;
}

} // namespace standings
