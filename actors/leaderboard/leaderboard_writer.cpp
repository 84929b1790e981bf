#include "actors/leaderboard/leaderboard_writer.hpp"

#include "actors/supervision/spawn_beside.hpp"
#include "actors/supervision/system.hpp"
#include "core/leaderboard/leaderboard_id.hpp"
#include "log/log.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace standings {

leaderboard_writer_state::~leaderboard_writer_state() {
  caf::anon_send(filler_, no_more_batches{});
}

void leaderboard_writer_state::init(const leaderboard_writer_tools& with) {
  store_ = open_or_crash(with.open);
  caches_ = with.caches;
  filler_ = spawn_beside(self, named_cache_filler, caches_);
  self->set_down_handler([this](const caf::down_msg& down) { self->quit(down.reason); });
}

caf::result<std::vector<update_outcome>>
leaderboard_writer_state::write(std::vector<score_update>& updates) {
  auto outcomes = batches_.write(
      updates, [this](std::span<const score_update> part) { return store_->apply(part); });
  if (const auto lost = std::find_if(outcomes.begin(), outcomes.end(), is_lost);
      lost != outcomes.end())
    self->quit(to_error(fail(lost->code, lost->detail))); // its successor has a new connection
  else if (caches_.shared)
    put_on_shelf(outcomes);
  if (std::none_of(outcomes.begin(), outcomes.end(), goes_back))
    self->send(front, writer_free{index});
  return self->delegate(filler_, fill_cache{std::move(updates), std::move(outcomes)});
}

/// Other processes may read those that this one does not. What cannot be looked up now, the filler
/// reports as missed.
void leaderboard_writer_state::put_on_shelf(const std::vector<update_outcome>& outcomes) {
  std::set<std::string> absent;
  for (const auto& outcome : outcomes)
    for (const auto& state : outcome.states)
      if (state.leaderboard != default_leaderboard && !caches_.shelf->holds(state.leaderboard))
        absent.insert(state.leaderboard);
  if (absent.empty())
    return;
  const std::vector<std::string> ids{absent.begin(), absent.end()};
  if (const auto found = store_->find_all(ids))
    for (const auto& one : *found)
      if (!one.archived_at)
        caches_.shelf->put(one);
}

result<shelved_ptr> leaderboard_writer_state::found(const std::string& id) {
  const auto which = store_->find(id);
  if (!which)
    return which.error();
  if (!*which || (*which)->archived_at)
    return unknown_leaderboard(id);
  if (!(*which)->unreadable.empty())
    return unreadable_settings(**which);
  return caches_.shelf->put(**which);
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
    self->send(caches_.leaderboards, cache_missed{m.leaderboard});
    if (removed.error().code != errc::overloaded)
      self->quit(to_error(removed.error()));
    return to_error(removed.error());
  }
  if (!*removed)
    return to_error(errc::unknown_user, "no such user", "user_id");
  if (const auto done = (*of)->cache->remove(m.user_id, **removed); !done)
    self->send(caches_.leaderboards, cache_missed{m.leaderboard});
  return true;
}

score_writer_actor::behavior_type
leaderboard_writer(score_writer_actor::stateful_pointer<leaderboard_writer_state> self,
                   const leaderboard_writer_tools& with, scoring_front_actor front,
                   std::size_t index) {
  end_on_exception(self);
  self->state.front = front;
  self->state.index = index;
  self->state.init(with);
  self->send(front, worker_ready{index});
  return {
      [self](update_scores& m) { return self->state.write(m.updates); },
      [self](const remove_user& m) { return self->state.remove(m); },
  };
}

} // namespace standings
