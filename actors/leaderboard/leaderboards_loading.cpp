// The half of the leaderboards worker that fills caches.

#include "actors/leaderboard/leaderboards_worker.hpp"
#include "actors/supervision/system.hpp"
#include "actors/supervision/waiters.hpp"
#include "core/leaderboard/leaderboard_id.hpp"
#include "log/log.hpp"
#include "sync/leaderboard/entry_repair.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace standings {

// -- the caches --------------------------------------------------------------------

caf::result<leaderboard_loaded> leaderboards_worker_state::load(const load_leaderboard& m) {
  const auto of = shelved(m.id);
  if (!of)
    return failed(of.error());
  if (m.cleared) {
    if (const auto done = (*of)->cache->clear(); !done)
      return failed_load(m.id, done.error());
  } else if (!m.anew) {
    const auto complete = (*of)->cache->verify();
    if (!complete)
      return failed_load(m.id, complete.error());
    if (*complete)
      return leaderboard_loaded{};
  }
  if (auto* under_way = load_under_way(m.id)) {
    auto asker = self->make_response_promise<leaderboard_loaded>();
    under_way->askers.push_back(asker);
    under_way->is_warming = false;
    if (m.anew) {
      under_way->load.start_over();
      under_way->load.repair();
    }
    return asker;
  }
  return begin_load(*of, {.is_warming = false, .repairs = m.anew});
}

caf::result<leaderboard_loaded> leaderboards_worker_state::begin_load(shelved_ptr of,
                                                                      kind_of_load kind) {
  if (kind.repairs || !knows_periods(*of)) {
    const auto state = periods_of(*of);
    if (!state)
      return failed(state.error());
    if (const auto begun = begin_rebuild(*of, *state); !begun)
      return failed_load(of->of.id, begun.error());
  } else if (const auto begun = of->cache->begin_rebuild(); !begun) {
    return failed_load(of->of.id, begun.error());
  }
  shelf_->note_load(of->of.id);
  auto asker = self->make_response_promise<leaderboard_loaded>();
  auto from = store_->scores_of(of->of);
  loads_.push_back(
      {{std::move(of), std::move(from)}, {asker}, self->system().clock().now(), kind.is_warming});
  if (kind.repairs)
    loads_.back().load.repair();
  if (loads_.size() == 1)
    self->send(leaderboards_worker_actor{self}, load_step_due{});
  return asker;
}

result<void> leaderboards_worker_state::begin_rebuild(const shelved_leaderboard& of,
                                                      const period_state& state) {
  const auto told = tell_cache(of, state);
  if (const auto begun = of.cache->begin_rebuild(); !begun)
    return begun;
  return told ? told : tell_cache(of, state); // what stood in the way may have been moved aside
}

/// Whoever reads a leaderboard that cannot be loaded has it tried again, so most are not logged.
caf::error leaderboards_worker_state::failed_load(const std::string& id, const failure& why) {
  shelf_->counts.failed_loads.add();
  if (logged_failed_loads_.passes(self->system().clock().now()))
    log_to(log_component::scoring)
        .warn("Failed to load leaderboard '{}' into the cache: {}", id, explain(why));
  return to_error(why);
}

// -- room and warmth ---------------------------------------------------------------

/// What is taken off is freed here, where nobody waits for it.
void leaderboards_worker_state::shrink() {
  if (const auto gone = shelf_->shrink(); !gone.empty())
    log_to(log_component::scoring)
        .debug("{} leaderboards have left the cache: they were not used the longest", gone.size());
}

caf::result<std::vector<leaderboard_info>>
leaderboards_worker_state::find_recent_ones(const find_recent& m) {
  return infos_of(store_->recently_used(m.limit));
}

caf::result<leaderboard_loaded> leaderboards_worker_state::warm(const warm_leaderboard& m) {
  if (load_under_way(m.id))
    return leaderboard_loaded{};
  if (!shelf_->holds(m.id) && !shelf_->has_room())
    return to_error(errc::overloaded, "there is no room for more leaderboards in the cache");
  const auto found = find_to_serve(m.id);
  if (!found)
    return failed(found.error());
  auto there = shelf_->put_unused(*found, system_now() - m.last_used_at);
  const auto complete = there->cache->verify();
  if (!complete)
    return failed_load(m.id, complete.error());
  if (*complete)
    return leaderboard_loaded{};
  return begin_load(std::move(there), {.is_warming = true, .repairs = false});
}

leaderboards_worker_state::loading*
leaderboards_worker_state::load_under_way(const std::string& id) {
  const auto at = std::find_if(loads_.begin(), loads_.end(),
                               [&](const loading& one) { return one.load.id() == id; });
  return at == loads_.end() ? nullptr : &*at;
}

/// Takes the loads under way in turn, so that a small leaderboard does not wait for a large one,
/// and those that somebody waits for before the others.
void leaderboards_worker_state::load_step() {
  if (loads_.empty())
    return;
  auto next = std::find_if(loads_.begin(), loads_.end(),
                           [](const loading& one) { return !one.is_warming; });
  if (next == loads_.end())
    next = loads_.begin();
  auto one = std::move(*next);
  loads_.erase(next);
  take_step_of(std::move(one));
  if (!loads_.empty())
    self->send(leaderboards_worker_actor{self}, load_step_due{});
}

/// What is loaded of a leaderboard that was archived meanwhile would stay.
void leaderboards_worker_state::take_step_of(loading one) {
  if (is_gone(one.load.id())) {
    clear_cache(one.load.what());
    return answer_all(one.askers, to_error(unknown_leaderboard(one.load.id())));
  }
  const auto done = one.load.step();
  if (done && !*done)
    loads_.push_back(std::move(one));
  else
    end_load(std::move(one), done ? result<void>{} : done.error());
}

/// Those who asked learn of it when the caches are within their bounds again.
void leaderboards_worker_state::end_load(loading one, const result<void>& done) {
  const auto took = self->system().clock().now() - one.began;
  const leaderboard_loaded loaded{one.load.users(),
                                  std::chrono::duration_cast<std::chrono::milliseconds>(took)};
  auto askers = std::move(one.askers);
  const bool is_cache_to_blame = one.load.failed_on_cache();
  const std::string id = one.load.id();
  { const auto ended = std::move(one.load); } // its leaderboard may leave the shelf
  shrink();
  if (done) {
    shelf_->counts.loads.add();
    answer_all(askers, loaded);
    return;
  }
  const auto error = failed_load(id, done.error());
  answer_all(askers, is_cache_to_blame ? error : failed(done.error()));
}

caf::result<cached_user> leaderboards_worker_state::load(const load_named_user& m) {
  const auto of = shelved(m.leaderboard);
  if (!of)
    return failed(of.error());
  auto found = store_->scores_of((*of)->of)->find(m.user.user_id);
  if (!found)
    return failed(found.error());
  if (!*found)
    return to_error(errc::unknown_user, "no such user", "user_id");
  const std::vector<user_record> one{as_shown(std::move(**found))};
  if (const auto error = load_now(**of, one))
    return error;
  return cached_user{one[0], system_now()};
}

caf::result<bool> leaderboards_worker_state::load(const load_named_users& m) {
  const auto of = shelved(m.leaderboard);
  if (!of)
    return failed(of.error());
  auto found = store_->scores_of((*of)->of)->find_many(m.users.user_ids);
  if (!found)
    return failed(found.error());
  if (const auto error = load_now(**of, as_shown(std::move(*found))))
    return error;
  return true;
}

/// Whoever reads a user whose details cannot be read is to find them.
caf::error leaderboards_worker_state::load_now(const shelved_leaderboard& of,
                                               const std::vector<user_record>& users) {
  if (const auto done = of.cache->load(users); !done)
    return to_error(done.error());
  std::optional<failure> cache_failure;
  const auto rows = store_->scores_of(of.of);
  if (const auto done = replace_wrong_entries(*of.cache, *rows, users, cache_failure); !done)
    return failed(done.error());
  return cache_failure ? to_error(*cache_failure) : caf::error{};
}

} // namespace standings
