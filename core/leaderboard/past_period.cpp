#include "core/leaderboard/past_period.hpp"

#include <algorithm>
#include <chrono>

namespace standings {

std::vector<period_span> ended_periods(const std::optional<calendar>& boundaries, period p,
                                       sys_time open_since, sys_time started, std::size_t most) {
  std::vector<period_span> out;
  for (auto end = started; end > open_since && out.size() < most;) {
    const auto begin =
        boundaries ? std::max(open_since, boundaries->start(p, end - std::chrono::microseconds{1}))
                   : open_since;
    out.push_back({begin, end});
    end = begin;
  }
  std::reverse(out.begin(), out.end());
  return out;
}

} // namespace standings
