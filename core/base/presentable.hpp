#pragma once

#include <string>
#include <string_view>

namespace standings {

/// A text from outside as one that can be shown in a log line or on a terminal:
/// control characters, line separators and marks that turn the direction of
/// writing become `\n`, `\x1b`, `\u202e`, and bytes that are not UTF-8 `\xff`. All else
/// stays as it is.
[[nodiscard]] std::string presentable(std::string_view text);

/// Any text as valid UTF-8 without NUL, which every database can hold: U+FFFD
/// stands for each part that is not.
[[nodiscard]] std::string storable_text(std::string_view text);

} // namespace standings
