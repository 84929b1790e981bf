#include "core/leaderboard/score_ledger.hpp"

#include "core/leaderboard/leaderboard_id.hpp"
#include "core/leaderboard/tenant_quotas.hpp"

#include <algorithm>

namespace standings {

namespace {

update_outcome refused(errc code, std::string detail, const std::string& leaderboard = {}) {
  update_outcome out;
  out.code = code;
  out.detail = std::move(detail);
  out.refused_by = leaderboard;
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

void score_ledger::allow_new_users(const std::string& tenant, std::uint64_t room,
                                   std::uint64_t quota) {
  rooms_[tenant] = {room, quota, 0};
}

std::uint64_t score_ledger::new_users(const std::string& tenant) const {
  const auto at = rooms_.find(tenant);
  return at == rooms_.end() ? 0 : at->second.taken;
}

bool score_ledger::knows(const std::string& leaderboard, const std::string& user_id) const {
  const auto& rows = leaderboards_.at(leaderboard).rows;
  const auto at = rows.find(user_id);
  return at != rows.end() && at->second.user;
}

/// In how many leaderboards of each bounded tenant an update would make a user.
score_ledger::users_by_tenant
score_ledger::new_by_tenant(const score_update& update,
                            std::span<const std::string> leaderboards) const {
  users_by_tenant out;
  if (rooms_.empty())
    return out;
  for (const auto& id : leaderboards)
    if (const auto tenant = tenant_of(id);
        id != default_leaderboard && rooms_.contains(tenant) && !knows(id, update.user_id))
      ++out[std::string{tenant}];
  return out;
}

/// A tenant that the update names and that has no room for the users whom it would make.
std::optional<failure> score_ledger::no_room_for(const score_update& update,
                                                 const users_by_tenant& made) const {
  for (const auto& id : update.leaderboards) {
    const auto at = made.find(std::string{tenant_of(id)});
    if (id == default_leaderboard || at == made.end())
      continue;
    if (const auto& of = rooms_.at(at->first); of.taken + at->second > of.room)
      return no_more_users(at->first, of.quota);
  }
  return std::nullopt;
}

update_outcome score_ledger::count(const score_update& update,
                                   std::span<const std::string> leaderboards) {
  update_outcome out;
  const auto made = new_by_tenant(update, leaderboards);
  if (const auto why = no_room_for(update, made))
    return refused(why->code, why->detail);
  std::vector<row*> touched;
  for (const auto& id : leaderboards) {
    auto& to = leaderboards_.at(id);
    auto& at = to.rows[update.user_id];
    const auto after = counted(to.rules, at.user ? &*at.user : nullptr, to.starts, update.count);
    if (!after)
      return refused(errc::score_overflow, "the score would reach 2^53", id);
    if (const auto valid = validate_count(update.count, to.rules); !valid)
      return refused(errc::invalid_count, valid.error().detail, id);
    out.states.push_back({id, {update.user_id, *after, time_after(at.user, to.starts), 0}});
    touched.push_back(&at);
  }
  for (const auto& [tenant, users] : made)
    rooms_.at(tenant).taken += users;
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
