#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

namespace standings {

/// Appends a JSON string with its quotes.
void append_json_string(std::string& to, std::string_view text);

template <std::integral Int>
void append_number(std::string& to, Int number) {
  std::array<char, 20> digits{};
  to.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

} // namespace standings
