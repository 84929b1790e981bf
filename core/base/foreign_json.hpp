#pragma once

#include <string>
#include <string_view>

namespace standings {

/// JSON as other programs write it, turned into JSON that a strict parser reads,
/// so that one such value spoils nothing but itself:
///
/// - `NaN`, `Infinity` and `-Infinity`, which Python writes, become `null`
/// - a surrogate that stands alone (`\ud83d`, half an emoji) becomes bytes that are
///   not valid UTF-8, by which the text that has it can be told
/// - line breaks and other control characters in a text become escapes
/// - integers of more than 18 digits and exponents of more than three become texts:
///   as numbers they would lose digits, or be refused
/// - a byte order mark goes
///
/// Texts that are not JSON come out as something that is not JSON either. Thread-safe.
[[nodiscard]] std::string readable_json(std::string_view text);

} // namespace standings
