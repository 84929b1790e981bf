#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

/// Scores as other programs leave them in a cache: fractions, infinities, text.
namespace standings {

/// The score that a number stands for: whole, and from 0 to below 2^53. The noise of
/// floating-point sums counts as whole: 1000009.9999999999 is 1000010, while 7.5 is
/// nothing that the service could have written.
[[nodiscard]] std::optional<std::int64_t> whole_score(double number);

/// Likewise for a number as text, such as `19`, `15.0` or `1.5e1`.
[[nodiscard]] std::optional<std::int64_t> whole_score(std::string_view text);

/// What is shown where there has to be some score: the whole part, within the range
/// of scores.
[[nodiscard]] std::int64_t shown_score(double number);

} // namespace standings
