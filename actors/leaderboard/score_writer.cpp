#include "actors/leaderboard/score_writer.hpp"

#include "actors/leaderboard/version_check.hpp"
#include "actors/supervision/system.hpp"
#include "core/base/bisect.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <unordered_map>
#include <unordered_set>

namespace standings {

namespace {

/// How long the server may still carry out a COMMIT after the connection was lost.
constexpr std::chrono::seconds commit_grace{2};

/// The newest state of each user that this batch has written.
std::vector<user_record> newest_states(const std::vector<update_outcome>& outcomes) {
  std::vector<user_record> out;
  std::unordered_set<std::string_view> seen;
  for (auto at = outcomes.rbegin(); at != outcomes.rend(); ++at)
    if (at->code == errc::none && !at->replayed && seen.insert(at->user.user_id).second)
      out.push_back(at->user);
  return out;
}

/// Whether the connection was lost while this increment was being written.
bool is_lost(const update_outcome& outcome) {
  return outcome.code == errc::store_unavailable || outcome.code == errc::outcome_unknown;
}

/// `overloaded` is only a warning: another program holds a lock, and scoring tries again.
void tell_of(const failure& why, std::size_t updates) {
  const auto level = why.code == errc::overloaded ? spdlog::level::warn : spdlog::level::err;
  spdlog::log(level, "Failed to write a batch of {}: {}", updates, explain(why));
}

} // namespace

void score_writer_state::init(const score_store_factory& open, rank_cache_ptr to,
                              hydration_actor loads, version_guard_ptr guard) {
  store_ = open_or_crash(open);
  guard_ = std::move(guard);
  must(check_versions(guard_)); // before this writer draws its first version
  cache_ = std::move(to);
  hydration_ = std::move(loads);
}

std::vector<update_outcome> score_writer_state::write(const std::vector<score_update>& updates) {
  std::vector<update_outcome> outcomes(updates.size());
  const auto seen_before = guard_ ? guard_->seen() : 0;
  const std::span all{updates};
  std::size_t tried_first = 0;
  std::size_t tried_last = 0;
  const auto try_range = [&](std::size_t first, std::size_t last) -> result<void> {
    tried_first = first;
    tried_last = last;
    auto applied = store_->apply(all.subspan(first, last - first));
    if (!applied)
      return applied.error();
    std::move(applied->begin(), applied->end(),
              outcomes.begin() + static_cast<std::ptrdiff_t>(first));
    return {};
  };
  const auto reject = [&](std::size_t position, const failure& why) {
    outcomes[position].code = why.code;
    outcomes[position].detail = why.detail;
    spdlog::warn("Failed to write user '{}': {}", updates[position].user_id, explain(why));
  };
  if (const auto done = bisect(0, updates.size(), try_range, reject); !done) {
    const auto& why = done.error();
    for (auto i = tried_first; i < updates.size(); ++i) {
      const bool tried = i < tried_last || why.code == errc::overloaded;
      outcomes[i].code = tried ? why.code : errc::store_unavailable;
      outcomes[i].detail = why.detail;
    }
    tell_of(why, updates.size());
  }
  watch_versions(outcomes, seen_before);
  if (const auto lost = std::find_if(outcomes.begin(), outcomes.end(), is_lost);
      lost != outcomes.end())
    self->quit(to_error(fail(lost->code, lost->detail))); // its successor has a new connection
  fill_cache(updates, outcomes);
  refresh_unseen(updates, outcomes);
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
    spdlog::warn("Failed to look after the versions of the database: {}",
                 explain(looked.error())); // hydration's next check finds it too
}

void score_writer_state::refresh_unseen(const std::vector<score_update>& updates,
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

result<void> score_writer_state::keep_what_is_replaced(const std::vector<score_update>& updates,
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

void score_writer_state::fill_cache(const std::vector<score_update>& updates,
                                    std::vector<update_outcome>& outcomes) {
  const auto states = newest_states(outcomes);
  const auto kept = keep_what_is_replaced(updates, outcomes, states);
  if (!kept)
    spdlog::warn("Failed to keep what the cache had of {} users; the rebuild will, and bring them"
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

caf::result<bool> score_writer_state::remove(const std::string& user_id) {
  const auto removed = store_->remove(user_id, "admin");
  if (!removed) {
    if (removed.error().code == errc::outcome_unknown)
      self->delayed_send(hydration_, commit_grace, refresh_all{});
    if (removed.error().code != errc::overloaded)
      self->quit(to_error(removed.error()));
    return to_error(removed.error());
  }
  if (!*removed)
    return to_error(errc::unknown_user, "no such user", "user_id");
  if (const auto done = cache_->remove(user_id, **removed); !done)
    self->send(hydration_, refresh_all{}); // the archive will bring the removal to the cache
  return true;
}

score_writer_actor::behavior_type
score_writer(score_writer_actor::stateful_pointer<score_writer_state> self,
             score_store_factory open, rank_cache_ptr cache, hydration_actor hydration,
             scoring_front_actor front, std::size_t index, version_guard_ptr guard) {
  end_on_exception(self);
  self->state.init(open, std::move(cache), std::move(hydration), std::move(guard));
  self->send(front, worker_ready{index});
  return {
      [self](const update_scores& m) { return self->state.write(m.updates); },
      [self](const remove_user& m) { return self->state.remove(m.user_id); },
  };
}

} // namespace standings
