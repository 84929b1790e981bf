#include "sync/leaderboard/leaderboard_shelf.hpp"

#include <algorithm>
#include <utility>

namespace standings {

shelved_ptr leaderboard_shelf::find(const std::string& id) {
  const std::lock_guard lock{mutex_};
  const auto at = places_.find(id);
  if (at == places_.end())
    return nullptr;
  at->second.used = now_();
  used_.insert(id);
  return at->second.what;
}

shelved_ptr leaderboard_shelf::put(const leaderboard& which) {
  const std::lock_guard lock{mutex_};
  auto& to = places_[which.id];
  to.used = now_();
  used_.insert(which.id);
  return settle(to, which);
}

shelved_ptr leaderboard_shelf::update(const leaderboard& which) {
  const std::lock_guard lock{mutex_};
  const auto at = places_.find(which.id);
  return at == places_.end() ? nullptr : settle(at->second, which);
}

/// The cache stays the same unless the leaderboard was purged and made anew.
shelved_ptr leaderboard_shelf::settle(place& to, const leaderboard& which) const {
  const bool same = to.what && to.what->of.number == which.number;
  if (!same || to.what->of.settings != which.settings)
    to.what = std::make_shared<shelved_leaderboard>(which, same ? to.what->cache : make_(which));
  return to.what;
}

void leaderboard_shelf::remove(const std::string& id) {
  const std::lock_guard lock{mutex_};
  places_.erase(id);
  used_.erase(id);
}

std::vector<std::string> leaderboard_shelf::take_used() {
  const std::lock_guard lock{mutex_};
  const auto taken = std::exchange(used_, {});
  return {taken.begin(), taken.end()};
}

std::vector<shelved_ptr> leaderboard_shelf::shrink(std::size_t most, clock::duration lately) {
  const std::lock_guard lock{mutex_};
  std::vector<std::pair<clock::time_point, std::string>> by_use;
  for (const auto& [id, at] : places_)
    by_use.emplace_back(at.used, id);
  std::sort(by_use.begin(), by_use.end());
  std::vector<shelved_ptr> out;
  for (const auto& [used, id] : by_use) {
    if (places_.size() <= most || used + lately > now_())
      break;
    out.push_back(places_.at(id).what);
    places_.erase(id);
    used_.erase(id);
  }
  return out;
}

std::vector<shelved_ptr> leaderboard_shelf::all() const {
  const std::lock_guard lock{mutex_};
  std::vector<shelved_ptr> out;
  out.reserve(places_.size());
  for (const auto& [id, at] : places_)
    out.push_back(at.what);
  return out;
}

std::size_t leaderboard_shelf::size() const {
  const std::lock_guard lock{mutex_};
  return places_.size();
}

} // namespace standings
