#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

/// Scores as other programs write them into a cache: fractions, infinities, text.
namespace standings {

/// The score that a number stands for: whole, at least 0 and below 2^53; `nullopt` otherwise. The
/// noise of floating-point sums is rounded: 1000009.9999999999 is 1000010, while the service could
/// not have written 7.5.
[[nodiscard]] std::optional<std::int64_t> whole_score(double number);

/// The same for a number as text, such as `19`, `15.0` or `1.5e1`.
[[nodiscard]] std::optional<std::int64_t> whole_score(std::string_view text);

/// The score to show if some score has to be shown: the whole part, within the range of scores.
[[nodiscard]] std::int64_t shown_score(double number);

} // namespace standings
