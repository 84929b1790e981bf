#pragma once

#include "core/base/hex.hpp"

#include <string_view>

namespace standings {

/// Whether a percent sign in the text is not followed by two hexadecimal digits.
[[nodiscard]] constexpr bool has_broken_escape(std::string_view text) {
  for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1))
    if (at + 2 >= text.size() || hex_value(text[at + 1]) < 0 || hex_value(text[at + 2]) < 0)
      return true;
  return false;
}

} // namespace standings
