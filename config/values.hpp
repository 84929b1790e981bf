#pragma once

#include "core/base/enum_names.hpp"
#include "core/base/result.hpp"

#include <charconv>
#include <chrono>
#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Parses scalars from text and formats text for messages. Every parser accepts the whole text, or
/// fails with `out_of_range` and a detail that completes "<option>: …".
namespace standings {

/// `text` in quotes, for a message; "the value" if it is long or contains characters used in
/// connection strings and control sequences.
[[nodiscard]] std::string in_quotes(std::string_view text);

/// Whether `text` is an optional minus sign and decimal digits.
[[nodiscard]] bool is_integer(std::string_view text);

/// A decimal integer that `T` can hold. No plus sign, spaces, or other bases.
template <std::integral T>
[[nodiscard]] result<T> parse_integer(std::string_view text) {
  if (!is_integer(text))
    return fail(errc::out_of_range, in_quotes(text) + " is not a whole number");
  T value{};
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size())
    return fail(errc::out_of_range, in_quotes(text) + " is not between "
                                        + std::to_string(std::numeric_limits<T>::min()) + " and "
                                        + std::to_string(std::numeric_limits<T>::max()));
  return value;
}

/// A decimal number from 0 to 1, such as `0.05`.
[[nodiscard]] result<double> parse_fraction(std::string_view text);

/// The shortest text that parses to the same number.
[[nodiscard]] std::string format_fraction(double value);

/// The longest duration that can be configured: far from any overflow.
inline constexpr std::chrono::milliseconds max_duration = std::chrono::hours{24 * 365};

/// A whole number and a unit: `500ms`, `30s`, `2m`, `1h`; at most `max_duration`.
[[nodiscard]] result<std::chrono::milliseconds> parse_duration(std::string_view text);

/// The inverse of `parse_duration`, in the largest unit that divides `d`.
[[nodiscard]] std::string format_duration(std::chrono::milliseconds d);

/// `text` without the blanks around it.
[[nodiscard]] std::string_view without_blanks(std::string_view text);

/// Texts between commas, without the blanks around them; empty ones do not count.
[[nodiscard]] result<std::vector<std::string>> parse_list(std::string_view text);

/// The inverse of `parse_list`.
[[nodiscard]] std::string format_list(const std::vector<std::string>& texts);

/// `true` or `false`.
[[nodiscard]] result<bool> parse_boolean(std::string_view text);

/// The enumerator with this exact name; see enum_names.
template <class Enum>
[[nodiscard]] result<Enum> parse_enum(std::string_view text) {
  if (const auto value = value_named<Enum>(text))
    return *value;
  std::string known;
  for (const auto& [name, value] : enum_names<Enum>::all)
    known.append(known.empty() ? "" : ", ").append(name);
  return fail(errc::out_of_range, in_quotes(text) + " is not one of: " + known);
}

/// Escapes all characters except RFC 3986's unreserved ones as `%XX`.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// The candidate that a misspelt `text` most likely means: at most one typo in short texts, two in
/// longer ones, ignoring case.
[[nodiscard]] std::optional<std::string> nearest(std::string_view text,
                                                 const std::vector<std::string>& candidates);

} // namespace standings
