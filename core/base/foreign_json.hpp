#pragma once

#include <string>
#include <string_view>

namespace standings {

/// Turns JSON as other programs write it into JSON that a strict parser reads, so that one such
/// value spoils nothing but itself:
///
/// - `NaN`, `Infinity` and `-Infinity`, which Python writes, become `null`
/// - a lone surrogate (`\ud83d`, half an emoji) becomes bytes that are not valid UTF-8, so that the
///   text that has it can be recognised
/// - line breaks and other control characters in a text become escapes
/// - integers of more than 18 digits and exponents of more than three become texts:
///   as numbers they would lose digits, or be refused
/// - a byte order mark is removed
///
/// A text that is not JSON stays a text that is not JSON. Thread-safe.
[[nodiscard]] std::string readable_json(std::string_view text);

} // namespace standings
