#include "core/leaderboard/foreign_score.hpp"

#include "core/leaderboard/score.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace standings {

namespace {

constexpr auto highest = static_cast<double>(score_limit - 1);

/// How far a sum of fractions may lie from the whole number that it means.
constexpr double noise = 1e-6;

} // namespace

std::optional<std::int64_t> whole_score(double number) {
  if (!std::isfinite(number))
    return std::nullopt;
  const auto nearest = std::nearbyint(number);
  if (std::abs(number - nearest) > noise || nearest < 0 || nearest > highest)
    return std::nullopt;
  return static_cast<std::int64_t>(nearest);
}

std::optional<std::int64_t> whole_score(std::string_view text) {
  const auto* const end = text.data() + text.size();
  double number = 0;
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end)
    return std::nullopt;
  return whole_score(number);
}

std::int64_t shown_score(double number) {
  if (std::isnan(number))
    return 0;
  const auto near = whole_score(number);
  return near ? *near : static_cast<std::int64_t>(std::clamp(std::floor(number), 0.0, highest));
}

} // namespace standings
