#pragma once

#include <string>
#include <string_view>

namespace standings {

/// Makes a text from outside fit for a log line or a terminal: control characters, line separators
/// and marks that change the direction of writing become `\n`, `\x1b`, `\u202e`; bytes that are not
/// UTF-8 become `\xff`. Everything else is unchanged.
[[nodiscard]] std::string presentable(std::string_view text);

/// Appends a JSON string with its quotes in which the same characters are escaped as JSON has it;
/// bytes that are not UTF-8 become U+FFFD.
void append_presentable_json(std::string& to, std::string_view text);

/// Any text as valid UTF-8 without NUL, which every database can hold: U+FFFD replaces each invalid
/// part.
[[nodiscard]] std::string storable_text(std::string_view text);

} // namespace standings
