#include "core/leaderboard/score.hpp"

namespace standings {

scores effective_scores(const scores& stored, sys_time updated_at, const period_starts& starts) {
  scores out;
  for (std::size_t i = 0; i < period_count; ++i)
    out[i] = updated_at < starts[i] ? 0 : stored[i];
  return out;
}

double percentile(std::uint64_t rank, std::uint64_t total) {
  return 100.0 * static_cast<double>(total - rank + 1) / static_cast<double>(total);
}

} // namespace standings
