#include "actors/leaderboard/named_cache_filler.hpp"

#include "actors/leaderboard/cache_filler.hpp"
#include "actors/supervision/system.hpp"
#include "core/leaderboard/leaderboard_id.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace standings {

void named_cache_filler_state::init(all_caches to) {
  to_ = std::move(to);
}

std::vector<update_outcome> named_cache_filler_state::fill(fill_cache& batch) {
  take_to_caches(batch.outcomes);
  reload_uncertain(batch.updates, batch.outcomes);
  return std::move(batch.outcomes);
}

/// The newest state of each user that this batch has written, by leaderboard; of named ones as
/// their caches show it.
named_cache_filler_state::users_by_leaderboard
named_cache_filler_state::newest_states(const std::vector<update_outcome>& outcomes) {
  users_by_leaderboard out;
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (auto at = outcomes.rbegin(); at != outcomes.rend(); ++at)
    if (at->code == errc::none && !at->replayed)
      for (const auto& [leaderboard, user] : at->states)
        if (seen.emplace(leaderboard, user.user_id).second)
          out[leaderboard].push_back(leaderboard == default_leaderboard ? user : as_shown(user));
  return out;
}

void named_cache_filler_state::take_to_caches(std::vector<update_outcome>& outcomes) {
  const auto missed = missed_by_caches(newest_states(outcomes));
  for (const auto& [leaderboard, users] : missed) {
    std::vector<std::string> ids;
    for (const auto& user : users)
      ids.push_back(user.user_id);
    reload(leaderboard, std::move(ids));
  }
  const auto now = system_now();
  for (auto& outcome : outcomes) {
    if (outcome.code != errc::none)
      continue;
    outcome.cached_at = now;
    outcome.cache_pending =
        std::any_of(outcome.states.begin(), outcome.states.end(),
                    [&](const auto& state) { return missed.contains(state.leaderboard); });
  }
}

/// Applies the states to the caches, and returns those that a cache does not have now. One that
/// nobody reads needs none: it is loaded from the database when it is first read.
named_cache_filler_state::users_by_leaderboard
named_cache_filler_state::missed_by_caches(users_by_leaderboard states) {
  std::vector<shelved_ptr> held; ///< for as long as their caches are used
  std::vector<cache_update> updates;
  std::vector<std::string> updated;
  users_by_leaderboard missed;
  for (const auto& [id, users] : states) {
    if (id == default_leaderboard) {
      if (!to_.default_cache->apply(users))
        missed.insert({id, users});
      continue;
    }
    auto in_use = to_.shelf->find(id);
    if (in_use) {
      updates.push_back({in_use->cache.get(), users});
      updated.push_back(id);
      held.push_back(std::move(in_use));
    } else if (to_.shared) {
      missed.insert({id, users});
    }
  }
  if (updates.empty())
    return missed;
  const auto outcomes = updates.front().cache->apply_together(updates);
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    if (!outcomes[i])
      missed.insert(states.extract(updated[i]));
  return missed;
}

void named_cache_filler_state::reload(const std::string& leaderboard,
                                      std::vector<std::string> user_ids,
                                      std::chrono::seconds wait) {
  if (leaderboard == default_leaderboard)
    self->delayed_send(to_.hydration, wait, refresh_users{std::move(user_ids)});
  else
    self->delayed_send(to_.leaderboards, wait, cache_missed{leaderboard, std::move(user_ids)});
}

/// What an update that was lost, or that repeats an earlier one, has left in the database may be
/// newer than the caches. A lost one may still be committing.
void named_cache_filler_state::reload_uncertain(const std::vector<score_update>& updates,
                                                const std::vector<update_outcome>& outcomes) {
  std::map<std::pair<std::string, bool>, load_users> stale; ///< by leaderboard, and whether lost
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const bool unknown = outcomes[i].code == errc::outcome_unknown;
    if (!unknown && !(outcomes[i].code == errc::none && outcomes[i].replayed))
      continue;
    for (const auto& id : updates[i].leaderboards)
      stale[{id, unknown}].user_ids.push_back(updates[i].user_id);
    for (const auto& state : outcomes[i].states)
      stale[{state.leaderboard, unknown}].user_ids.push_back(updates[i].user_id);
  }
  for (auto& [of, users] : stale)
    reload(of.first, std::move(users.user_ids), of.second ? commit_grace : std::chrono::seconds{0});
}

cache_filler_actor::behavior_type
named_cache_filler(cache_filler_actor::stateful_pointer<named_cache_filler_state> self,
                   all_caches to) {
  end_on_exception(self);
  self->state.init(std::move(to));
  return {
      [self](fill_cache& batch) { return self->state.fill(batch); },
      [self](no_more_batches) { self->quit(); },
  };
}

} // namespace standings
