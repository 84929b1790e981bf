#include "core/leaderboard/period.hpp"

namespace standings {

std::string_view to_string(period p) {
  constexpr std::array<std::string_view, period_count> names{"daily", "weekly", "monthly",
                                                             "yearly"};
  return names[index_of(p)];
}

std::optional<period> parse_period(std::string_view text) {
  for (auto p : all_periods)
    if (to_string(p) == text)
      return p;
  return std::nullopt;
}

} // namespace standings
