#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace standings {

/// The four boards. The values index every per-period array.
enum class period : std::uint8_t { daily = 0, weekly = 1, monthly = 2, yearly = 3 };

inline constexpr std::size_t period_count = 4;
inline constexpr std::array<period, period_count> all_periods{period::daily, period::weekly,
                                                              period::monthly, period::yearly};

/// Some of the periods, by index.
using period_set = std::array<bool, period_count>;
inline constexpr period_set every_period{true, true, true, true};

constexpr std::size_t index_of(period p) {
  return static_cast<std::size_t>(p);
}

/// `daily`, `weekly`, `monthly`, `yearly`.
std::string_view to_string(period p);

/// The inverse of `to_string`; `nullopt` for any other text.
std::optional<period> parse_period(std::string_view text);

} // namespace standings
