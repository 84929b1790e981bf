#include "actors/leaderboard/score_writer.hpp"

#include "actors/leaderboard/cache_filler.hpp"
#include "actors/leaderboard/version_check.hpp"
#include "actors/supervision/spawn_beside.hpp"
#include "actors/supervision/system.hpp"
#include "log/log.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace standings {

score_writer_state::~score_writer_state() {
  caf::anon_send(filler_, no_more_batches{});
}

void score_writer_state::init(const score_store_factory& open, rank_cache_ptr to,
                              hydration_actor loads, version_guard_ptr guard) {
  store_ = open_or_crash(open);
  guard_ = std::move(guard);
  must(check_versions(guard_)); // before this writer draws its first version
  cache_ = std::move(to);
  hydration_ = std::move(loads);
  filler_ = spawn_beside(self, cache_filler, cache_, hydration_, guard_);
  self->set_down_handler([this](const caf::down_msg& down) { self->quit(down.reason); });
}

caf::result<std::vector<update_outcome>>
score_writer_state::write(std::vector<score_update>& updates) {
  auto outcomes = write_to_database(updates);
  if (std::none_of(outcomes.begin(), outcomes.end(), goes_back))
    self->send(front, writer_free{index});
  return self->delegate(filler_, fill_cache{std::move(updates), std::move(outcomes)});
}

std::vector<update_outcome>
score_writer_state::write_to_database(const std::vector<score_update>& updates) {
  const auto seen_before = guard_ ? guard_->seen() : 0;
  auto outcomes = batches_.write(
      updates, [this](std::span<const score_update> part) { return store_->apply(part); });
  watch_versions(outcomes, seen_before);
  if (const auto lost = std::find_if(outcomes.begin(), outcomes.end(), is_lost);
      lost != outcomes.end())
    self->quit(to_error(fail(lost->code, lost->detail))); // its successor has a new connection
  return outcomes;
}

void score_writer_state::watch_versions(const std::vector<update_outcome>& outcomes,
                                        std::int64_t before) {
  if (!guard_)
    return;
  auto lowest = std::numeric_limits<std::int64_t>::max();
  std::int64_t highest = 0;
  for (const auto& outcome : outcomes)
    if (outcome.code == errc::none && !outcome.replayed) {
      lowest = std::min(lowest, outcome.user.version);
      highest = std::max(highest, outcome.user.version);
    }
  guard_->note(highest);
  if (lowest > before)
    return;
  if (const auto looked = check_versions(guard_, true); !looked)
    log_to(log_component::scoring)
        .warn("Failed to look after the versions of the database: {}",
              explain(looked.error())); // hydration's next check finds it too
}

caf::result<bool> score_writer_state::remove(const remove_user& m) {
  const auto removed = store_->remove(m.user_id, "admin");
  if (!removed) {
    log_to(log_component::scoring, {{"request_id", m.request_id}})
        .warn("Failed to remove user '{}': {}", m.user_id, explain(removed.error()));
    if (removed.error().code == errc::outcome_unknown)
      self->delayed_send(hydration_, commit_grace, refresh_all{});
    if (removed.error().code != errc::overloaded)
      self->quit(to_error(removed.error()));
    return to_error(removed.error());
  }
  if (!*removed)
    return to_error(errc::unknown_user, "no such user", "user_id");
  if (const auto done = cache_->remove(m.user_id, **removed); !done)
    self->send(hydration_, refresh_all{}); // the archive will bring the removal to the cache
  return true;
}

score_writer_actor::behavior_type
score_writer(score_writer_actor::stateful_pointer<score_writer_state> self,
             score_store_factory open, rank_cache_ptr cache, hydration_actor hydration,
             scoring_front_actor front, std::size_t index, version_guard_ptr guard) {
  end_on_exception(self);
  self->state.front = front;
  self->state.index = index;
  self->state.init(open, std::move(cache), std::move(hydration), std::move(guard));
  self->send(front, worker_ready{index});
  return {
      [self](update_scores& m) { return self->state.write(m.updates); },
      [self](const remove_user& m) { return self->state.remove(m); },
  };
}

} // namespace standings
