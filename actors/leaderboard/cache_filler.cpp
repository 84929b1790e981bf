#include "actors/leaderboard/cache_filler.hpp"

#include "actors/supervision/system.hpp"
#include "log/log.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace standings {

namespace {

/// The newest state of each user that this batch has written.
std::vector<user_record> newest_states(const std::vector<update_outcome>& outcomes) {
  std::vector<user_record> out;
  std::unordered_set<std::string_view> seen;
  for (auto at = outcomes.rbegin(); at != outcomes.rend(); ++at)
    if (at->code == errc::none && !at->replayed && seen.insert(at->user.user_id).second)
      out.push_back(at->user);
  return out;
}

} // namespace

void cache_filler_state::init(rank_cache_ptr to, hydration_actor loads, version_guard_ptr guard) {
  cache_ = std::move(to);
  hydration_ = std::move(loads);
  guard_ = std::move(guard);
}

std::vector<update_outcome> cache_filler_state::fill(fill_cache& batch) {
  take_to_cache(batch.updates, batch.outcomes);
  refresh_unseen(batch.updates, batch.outcomes);
  return std::move(batch.outcomes);
}

void cache_filler_state::refresh_unseen(const std::vector<score_update>& updates,
                                        const std::vector<update_outcome>& outcomes) {
  refresh_users replayed;
  refresh_users unknown;
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    if (outcomes[i].code == errc::outcome_unknown)
      unknown.user_ids.push_back(updates[i].user_id);
    else if (outcomes[i].code == errc::none && outcomes[i].replayed)
      replayed.user_ids.push_back(updates[i].user_id);
  if (!replayed.user_ids.empty())
    self->send(hydration_, std::move(replayed));
  if (!unknown.user_ids.empty())
    self->delayed_send(hydration_, commit_grace, std::move(unknown));
}

result<void> cache_filler_state::keep_what_is_replaced(const std::vector<score_update>& updates,
                                                       const std::vector<update_outcome>& outcomes,
                                                       const std::vector<user_record>& states) {
  if (!guard_ || !guard_->knows_open_event())
    return {};
  std::unordered_map<std::string_view, std::int64_t> added;
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    if (outcomes[i].code == errc::none && !outcomes[i].replayed)
      added[updates[i].user_id] += updates[i].count;
  std::vector<lost_state> lost;
  for (const auto& state : states) {
    const auto cached = cache_->find(state.user_id);
    if (!cached)
      return cached.error();
    if (!*cached || (*cached)->user.version == 0)
      continue;
    lost_state one{(*cached)->user, state.score};
    bool ahead = false;
    for (std::size_t p = 0; p < period_count; ++p) {
      one.base[p] = std::max<std::int64_t>(0, one.base[p] - added[state.user_id]);
      ahead = ahead || one.cached.score[p] > one.base[p];
    }
    if (ahead)
      lost.push_back(std::move(one));
  }
  if (lost.empty())
    return {};
  return guard_->keep_for_open_event(lost);
}

void cache_filler_state::take_to_cache(const std::vector<score_update>& updates,
                                       std::vector<update_outcome>& outcomes) {
  const auto states = newest_states(outcomes);
  const auto kept = keep_what_is_replaced(updates, outcomes, states);
  if (!kept)
    log_to(log_component::hydration)
        .warn("Failed to keep what the cache had of {} users; the rebuild will, and bring them"
              " there: {}",
              states.size(), explain(kept.error()));
  const auto done = kept ? cache_->apply(states) : kept;
  if (kept && !done) {
    refresh_users missed;
    for (const auto& user : states)
      missed.user_ids.push_back(user.user_id);
    self->send(hydration_, std::move(missed));
  }
  const auto now = system_now();
  for (auto& outcome : outcomes) {
    if (outcome.code != errc::none)
      continue;
    outcome.cached_at = now;
    outcome.cache_pending = !done;
  }
}

cache_filler_actor::behavior_type
cache_filler(cache_filler_actor::stateful_pointer<cache_filler_state> self, rank_cache_ptr cache,
             hydration_actor hydration, version_guard_ptr guard) {
  end_on_exception(self);
  self->state.init(std::move(cache), std::move(hydration), std::move(guard));
  return {
      [self](fill_cache& batch) { return self->state.fill(batch); },
      [self](no_more_batches) { self->quit(); },
  };
}

} // namespace standings
