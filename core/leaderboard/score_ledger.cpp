#include "core/leaderboard/score_ledger.hpp"

#include <algorithm>

namespace standings {

namespace {

update_outcome refused(errc code, std::string detail) {
  update_outcome out;
  out.code = code;
  out.detail = std::move(detail);
  return out;
}

} // namespace

void score_ledger::open(const std::string& leaderboard, const score_rules& rules,
                        const period_starts& starts) {
  leaderboards_.try_emplace(leaderboard, open_leaderboard{rules, starts, {}});
}

void score_ledger::enter(const std::string& leaderboard, user_record stored) {
  auto id = stored.user_id;
  leaderboards_.at(leaderboard).rows[std::move(id)].user = std::move(stored);
}

update_outcome score_ledger::count(const score_update& update,
                                   std::span<const std::string> leaderboards) {
  update_outcome out;
  std::vector<row*> touched;
  for (const auto& id : leaderboards) {
    auto& to = leaderboards_.at(id);
    auto& at = to.rows[update.user_id];
    const auto after = counted(to.rules, at.user ? &*at.user : nullptr, to.starts, update.count);
    if (!after)
      return refused(errc::score_overflow,
                     "the score would reach 2^53 in leaderboard '" + id + "'");
    if (const auto valid = validate_count(update.count, to.rules); !valid)
      return refused(errc::invalid_count, valid.error().detail + " in leaderboard '" + id + "'");
    out.states.push_back({id, {update.user_id, *after, time_after(at.user, to.starts), 0}});
    touched.push_back(&at);
  }
  for (std::size_t i = 0; i < touched.size(); ++i) {
    touched[i]->user = out.states[i].user;
    touched[i]->changed = true;
  }
  if (!out.states.empty())
    out.user = out.states.front().user;
  return out;
}

/// Not before a start in force, nor before the row's time, unless that was written while a clock
/// was far ahead.
sys_time score_ledger::time_after(const std::optional<user_record>& before,
                                  const period_starts& starts) const {
  const auto earliest = std::max(now_, *std::max_element(starts.begin(), starts.end()));
  if (!before || before->updated_at > now_ + far_ahead)
    return earliest;
  return std::max(before->updated_at, earliest);
}

std::vector<score_ledger::changed_row> score_ledger::changed() {
  std::vector<changed_row> out;
  for (auto& [id, of] : leaderboards_)
    for (auto& [user_id, at] : of.rows)
      if (at.changed)
        out.push_back({&id, &*at.user});
  return out;
}

void score_ledger::finish(std::span<update_outcome> outcomes) const {
  for (auto& outcome : outcomes) {
    if (outcome.code != errc::none || outcome.replayed)
      continue;
    for (auto& state : outcome.states)
      state.user.version =
          leaderboards_.at(state.leaderboard).rows.at(state.user.user_id).user->version;
    if (!outcome.states.empty())
      outcome.user = outcome.states.front().user;
  }
}

} // namespace standings
