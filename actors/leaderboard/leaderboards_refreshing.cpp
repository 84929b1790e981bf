// The part of the leaderboards worker that keeps caches in step with what other processes do.

#include "actors/leaderboard/leaderboards_worker.hpp"
#include "actors/supervision/system.hpp"

#include <chrono>
#include <string_view>
#include <unordered_set>

namespace standings {

namespace {

/// How long it is not noted again that a leaderboard is used.
constexpr std::chrono::minutes between_notes{1};

} // namespace

/// One that is gone stays on the shelf until `refresh` clears what its readers may have loaded.
caf::result<leaderboards_there> leaderboards_worker_state::look(const look_at_leaderboards& m) {
  const auto found = store_->find_all(m.ids);
  if (!found)
    return failed(found.error());
  leaderboards_there there;
  for (const auto& one : *found)
    if (!one.archived_at) {
      shelf_->update(one);
      there.ids.push_back(one.id);
    }
  return there;
}

/// What another process has changed: settings, archiving, resets; what the calendar has brought;
/// and whether the cache is still what it was. Only a lost database ends it: a cache that fails,
/// fails alone.
caf::result<bool> leaderboards_worker_state::refresh(const refresh_leaderboards& m) {
  if (const auto due = due_to_be_noted(m.ids); !due.empty())
    if (const auto noted = store_->note_used(due); !noted)
      return failed(noted.error());
  const auto found = store_->find_all(m.ids);
  if (!found)
    return failed(found.error());
  std::unordered_set<std::string_view> known;
  for (const auto& one : *found)
    if (!one.archived_at) {
      known.insert(one.id);
      refresh_one(one);
    }
  for (const auto& id : m.ids)
    if (!known.contains(id))
      drop(id);
  return true;
}

/// Whoever read it here before this look has had it loaded again after the instance that archived
/// it had cleared it.
void leaderboards_worker_state::drop(const std::string& id) {
  if (const auto there = shelf_->remove(id))
    clear_cache(*there);
}

/// One that is archived leaves the shelf.
bool leaderboards_worker_state::is_gone(const std::string& id) {
  if (shelf_->holds(id))
    return false;
  const auto found = find(id);
  return !found && found.error().code == errc::unknown_leaderboard;
}

void leaderboards_worker_state::clear_cache(const shelved_leaderboard& of) {
  if (const auto cleared = of.cache->clear(); !cleared)
    log_failed_cache(of.of.id, cleared.error());
}

/// What a shared cache still has of a leaderboard that was archived may have missed something: it
/// is loaded again.
void leaderboards_worker_state::forget_cache_of(const std::string& id) {
  const auto restored = find(id);
  if (!restored)
    return;
  if (const auto done = shelf_->make_cache(*restored)->invalidate(); !done)
    log_failed_cache(id, done.error());
}

/// An archived leaderboard of that id, purged since, may have left its users in a shared cache.
/// Clearing goes through all keys, so that is only done if there are any.
void leaderboards_worker_state::clear_leftovers(const leaderboard& made) {
  const shelved_leaderboard as_left{made, shelf_->make_cache(made)};
  const auto left = as_left.cache->state();
  if (!left)
    return log_failed_cache(made.id, left.error());
  const bool is_empty = left->generation.empty() && left->members == decltype(left->members){};
  if (!is_empty)
    clear_cache(as_left);
}

/// Each at most once a minute: when it was used last matters for what is loaded after a start.
std::vector<std::string>
leaderboards_worker_state::due_to_be_noted(const std::vector<std::string>& used) {
  const auto now = self->system().clock().now();
  std::erase_if(noted_, [&](const auto& one) { return one.second + between_notes <= now; });
  std::vector<std::string> out;
  for (const auto& id : used)
    if (noted_.emplace(id, now).second)
      out.push_back(id);
  return out;
}

void leaderboards_worker_state::refresh_one(const leaderboard& which) {
  const auto there = shelf_->update(which);
  if (!there)
    return;
  const auto state = periods_of(*there);
  auto done = state ? tell_cache(*there, *state) : state.error();
  if (done)
    if (const auto complete = there->cache->verify(); !complete)
      done = complete.error();
  if (!done)
    log_failed_cache(which.id, done.error());
}

} // namespace standings
