#include "actors/leaderboard/leaderboard_writer.hpp"

#include "actors/leaderboard/batch_write.hpp"
#include "actors/leaderboard/cache_filler.hpp"
#include "actors/supervision/system.hpp"
#include "core/leaderboard/leaderboard_id.hpp"
#include "log/log.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>
#include <utility>

namespace standings {

void leaderboard_writer_state::init(leaderboard_writer_tools with) {
  with_ = std::move(with);
  store_ = open_or_crash(with_.open);
}

std::vector<update_outcome>
leaderboard_writer_state::write(const std::vector<score_update>& updates) {
  auto outcomes = write_batch(
      updates, [this](std::span<const score_update> part) { return store_->apply(part); });
  if (const auto lost = std::find_if(outcomes.begin(), outcomes.end(), is_lost);
      lost != outcomes.end())
    self->quit(to_error(fail(lost->code, lost->detail))); // its successor has a new connection
  take_to_caches(outcomes);
  reload_uncertain(updates, outcomes);
  return outcomes;
}

/// The newest state of each user that this batch has written, by leaderboard.
leaderboard_writer_state::users_by_leaderboard
leaderboard_writer_state::newest_states(const std::vector<update_outcome>& outcomes) {
  users_by_leaderboard out;
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (auto at = outcomes.rbegin(); at != outcomes.rend(); ++at)
    if (at->code == errc::none && !at->replayed)
      for (const auto& [leaderboard, user] : at->states)
        if (seen.emplace(leaderboard, user.user_id).second)
          out[leaderboard].push_back(user);
  return out;
}

void leaderboard_writer_state::take_to_caches(std::vector<update_outcome>& outcomes) {
  std::unordered_set<std::string> missed;
  for (const auto& [leaderboard, users] : newest_states(outcomes))
    if (!take_to_cache(leaderboard, users))
      missed.insert(leaderboard);
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

/// Returns whether the cache has them now. One that nobody reads needs no update: it is loaded from
/// the database when it is first read.
bool leaderboard_writer_state::take_to_cache(const std::string& leaderboard,
                                             const std::vector<user_record>& users) {
  if (leaderboard == default_leaderboard) {
    if (with_.default_cache->apply(users))
      return true;
    refresh_users again;
    for (const auto& user : users)
      again.user_ids.push_back(user.user_id);
    self->send(with_.hydration, std::move(again));
    return false;
  }
  const auto to = shelved(leaderboard);
  if (to && (!*to || (*to)->cache->apply(users)))
    return true;
  if (!to && to.error().code == errc::unknown_leaderboard)
    return true; // archived since
  cache_missed missed{leaderboard};
  for (const auto& user : users)
    missed.user_ids.push_back(user.user_id);
  self->send(with_.leaderboards, std::move(missed));
  return false;
}

/// What an update that was lost, or that repeats an earlier one, has left in the database may be
/// newer than the caches. A lost one may still be committing.
void leaderboard_writer_state::reload_uncertain(const std::vector<score_update>& updates,
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
  for (auto& [of, users] : stale) {
    const auto& [id, unknown] = of;
    const auto wait = unknown ? commit_grace : std::chrono::seconds{0};
    if (id == default_leaderboard)
      self->delayed_send(with_.hydration, wait, refresh_users{std::move(users.user_ids)});
    else
      self->delayed_send(with_.leaderboards, wait, cache_missed{id, std::move(users.user_ids)});
  }
}

/// Null if nobody reads it.
result<shelved_ptr> leaderboard_writer_state::shelved(const std::string& id) {
  if (auto there = with_.shelf->find(id); there || !with_.shared_caches)
    return there;
  return found(id);
}

result<shelved_ptr> leaderboard_writer_state::found(const std::string& id) {
  const auto which = store_->find(id);
  if (!which)
    return which.error();
  if (!*which || (*which)->archived_at)
    return unknown_leaderboard(id);
  return with_.shelf->put(**which);
}

caf::result<bool> leaderboard_writer_state::remove(const remove_user& m) {
  const auto of = found(m.leaderboard);
  if (!of) {
    if (of.error().code == errc::store_unavailable)
      self->quit(to_error(of.error()));
    return to_error(of.error());
  }
  const auto removed = store_->scores_of((*of)->of)->remove(m.user_id, "admin");
  if (!removed) {
    log_to(log_component::scoring, {{"request_id", m.request_id}})
        .warn("Failed to remove user '{}' of leaderboard '{}': {}", m.user_id, m.leaderboard,
              explain(removed.error()));
    self->send(with_.leaderboards, cache_missed{m.leaderboard});
    if (removed.error().code != errc::overloaded)
      self->quit(to_error(removed.error()));
    return to_error(removed.error());
  }
  if (!*removed)
    return to_error(errc::unknown_user, "no such user", "user_id");
  if (const auto done = (*of)->cache->remove(m.user_id, **removed); !done)
    self->send(with_.leaderboards, cache_missed{m.leaderboard});
  return true;
}

score_writer_actor::behavior_type
leaderboard_writer(score_writer_actor::stateful_pointer<leaderboard_writer_state> self,
                   leaderboard_writer_tools with, scoring_front_actor front, std::size_t index) {
  end_on_exception(self);
  self->state.init(std::move(with));
  self->send(front, worker_ready{index});
  return {
      [self](update_scores& m) { return self->state.write(m.updates); },
      [self](const remove_user& m) { return self->state.remove(m); },
  };
}

} // namespace standings
