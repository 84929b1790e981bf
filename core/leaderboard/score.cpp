#include "core/leaderboard/score.hpp"

#include <algorithm>
#include <utility>

namespace standings {

scores effective_scores(const scores& stored, sys_time updated_at, const period_starts& starts) {
  scores out;
  for (std::size_t i = 0; i < period_count; ++i)
    out[i] = updated_at < starts[i] ? 0 : stored[i];
  return out;
}

user_record as_shown(user_record user) {
  for (auto& score : user.score)
    score = std::clamp<std::int64_t>(score, 0, score_limit - 1);
  return user;
}

std::vector<user_record> as_shown(std::vector<user_record> users) {
  for (auto& user : users)
    user = as_shown(std::move(user));
  return users;
}

double percentile(std::uint64_t rank, std::uint64_t total) {
  return 100.0 * static_cast<double>(total - rank + 1) / static_cast<double>(total);
}

} // namespace standings
