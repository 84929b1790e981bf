#include "core/leaderboard/fold.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

namespace standings {

fold_plan fold(std::span<const score_update> batch, const std::vector<bool>& skip) {
  fold_plan plan;
  std::unordered_map<std::string_view, std::size_t> write_of_user;
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> first_of_key;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (skip[i])
      continue;
    const auto& update = batch[i];
    if (!update.key.empty()) {
      const auto [at, inserted] = first_of_key.try_emplace({update.user_id, update.key}, i);
      if (!inserted) {
        const auto& first = batch[at->second];
        plan.repeats.push_back({i, at->second, first.count == update.count});
        continue;
      }
    }
    const auto [at, inserted] = write_of_user.emplace(update.user_id, plan.writes.size());
    if (inserted)
      plan.writes.push_back({update.user_id, 0, {}});
    auto& write = plan.writes[at->second];
    write.total = std::min(score_limit, write.total + std::min(score_limit, update.count));
    write.members.push_back(i);
  }
  return plan;
}

std::vector<user_record> unfold(const folded_update& write, std::span<const score_update> batch,
                                const user_record& last) {
  std::vector<user_record> states(write.members.size(), last);
  std::int64_t later = 0;
  for (std::size_t i = write.members.size(); i-- > 0;) {
    for (auto& score : states[i].score)
      score -= later;
    later += batch[write.members[i]].count;
  }
  return states;
}

} // namespace standings
