#include "sync/leaderboard/leaderboard_shelf.hpp"

#include "core/leaderboard/leaderboard_id.hpp"

#include <algorithm>
#include <utility>

namespace standings {

namespace {

/// A leaderboard whose settings cannot be read, with those from before.
leaderboard remembered(leaderboard which, const leaderboard& before) {
  which.settings = before.settings;
  which.is_remembered = true;
  return which;
}

bool is_served_alike(const leaderboard& a, const leaderboard& b) {
  return a.settings == b.settings && a.has_user_metadata == b.has_user_metadata
         && a.unreadable == b.unreadable;
}

} // namespace

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
  if (!knows_settings(which))
    return nullptr;
  auto& to = places_[which.id];
  to.used = now_();
  used_.insert(which.id);
  return settle(to, which);
}

shelved_ptr leaderboard_shelf::put_unused(const leaderboard& which, clock::duration ago) {
  const std::lock_guard lock{mutex_};
  if (!knows_settings(which))
    return nullptr;
  const auto [at, is_new] = places_.try_emplace(which.id);
  if (!is_new)
    return at->second.what;
  at->second.used = now_() - ago;
  return settle(at->second, which);
}

shelved_ptr leaderboard_shelf::update(const leaderboard& which) {
  const std::lock_guard lock{mutex_};
  const auto at = places_.find(which.id);
  const bool may_settle = at != places_.end() && knows_settings(which);
  return may_settle ? settle(at->second, which) : nullptr;
}

/// The caller holds mutex_, here and in the next one.
bool leaderboard_shelf::knows_settings(const leaderboard& which) const {
  if (which.knows_settings())
    return true;
  const auto at = places_.find(which.id);
  return at != places_.end() && at->second.what->of.number == which.number;
}

/// The cache stays the same unless the leaderboard was purged and made anew, or has another order:
/// that of a cache never changes.
shelved_ptr leaderboard_shelf::settle(place& to, const leaderboard& found) {
  const auto before = to.what;
  const bool same = before && before->of.number == found.number;
  const auto which = same && !found.unreadable.empty() ? remembered(found, before->of) : found;
  if (same && is_served_alike(before->of, which)) {
    before->seen = now_();
    return before;
  }
  const bool turns = same && before->of.settings.rules.order != which.settings.rules.order;
  const bool keeps_cache = same && !turns;
  if (!keeps_cache)
    new_.insert(which.id);
  to.what =
      std::make_shared<shelved_leaderboard>(which, keeps_cache ? before->cache : make_(which));
  to.what->has_turned = turns || (same && before->has_turned);
  to.what->seen = now_();
  return to.what;
}

shelved_ptr leaderboard_shelf::remove(const std::string& id) {
  const std::lock_guard lock{mutex_};
  used_.erase(id);
  new_.erase(id);
  const auto taken = places_.extract(id);
  return taken ? taken.mapped().what : nullptr;
}

std::vector<std::string> leaderboard_shelf::take_new() {
  const std::lock_guard lock{mutex_};
  const auto taken = std::exchange(new_, {});
  return {taken.begin(), taken.end()};
}

void leaderboard_shelf::note_load(const std::string& id) {
  const std::lock_guard lock{mutex_};
  new_.erase(id);
}

std::vector<std::string> leaderboard_shelf::take_used() {
  const std::lock_guard lock{mutex_};
  const auto taken = std::exchange(used_, {});
  return {taken.begin(), taken.end()};
}

/// The cache, and what is kept beside it: the settings, the places' nodes and the ids in them.
std::uint64_t leaderboard_shelf::bytes_of(const std::string& id, const place& at) {
  constexpr std::uint64_t nodes = 256;
  const auto& settings = at.what->of.settings;
  return at.what->cache->memory_bytes() + sizeof(shelved_leaderboard) + nodes + 3 * id.size()
         + settings.metadata.size() + settings.feeds.size() * max_leaderboard_id_bytes;
}

std::uint64_t leaderboard_shelf::other_bytes() const {
  return bounds_.other_bytes ? bounds_.other_bytes() : 0;
}

/// The caller holds mutex_.
std::uint64_t leaderboard_shelf::places_bytes() const {
  std::uint64_t out = 0;
  for (const auto& [id, at] : places_)
    out += bytes_of(id, at);
  return out;
}

std::uint64_t leaderboard_shelf::memory_bytes() const {
  const auto others = other_bytes();
  const std::lock_guard lock{mutex_};
  return others + places_bytes();
}

bool leaderboard_shelf::has_room() const {
  return size() < bounds_.leaderboards && (bounds_.bytes == 0 || memory_bytes() < bounds_.bytes);
}

bool leaderboard_shelf::is_over() const {
  return size() > bounds_.leaderboards || (bounds_.bytes > 0 && memory_bytes() > bounds_.bytes);
}

std::vector<shelved_ptr> leaderboard_shelf::shrink() {
  std::vector<shelved_ptr> out;
  if (!is_over())
    return out;
  const auto others = other_bytes();
  const std::lock_guard lock{mutex_};
  const auto room = bounds_.bytes - std::min(bounds_.bytes, others);
  std::vector<std::pair<clock::time_point, std::string>> by_use;
  for (const auto& [id, at] : places_) {
    // for one that is beyond the bound by itself, all others would have to go
    const bool too_large = room > 0 && bytes_of(id, at) > room;
    by_use.emplace_back(too_large ? clock::time_point::min() : at.used, id);
  }
  std::sort(by_use.begin(), by_use.end());
  auto bytes = bounds_.bytes > 0 ? others + places_bytes() : 0;
  const auto now = now_();
  for (const auto& [used, id] : by_use) {
    const bool too_many = places_.size() > bounds_.leaderboards && used + bounds_.lately <= now;
    if (!too_many && bytes <= bounds_.bytes)
      break;
    const auto at = places_.find(id);
    if (at->second.what.use_count() > 1)
      continue; // nobody else can come by it meanwhile
    bytes -= std::min(bytes, bytes_of(id, at->second));
    out.push_back(std::move(at->second.what));
    places_.erase(at);
    used_.erase(id);
    counts.evictions.add();
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

bool leaderboard_shelf::holds(const std::string& id) const {
  const std::lock_guard lock{mutex_};
  return places_.contains(id);
}

std::size_t leaderboard_shelf::size() const {
  const std::lock_guard lock{mutex_};
  return places_.size();
}

} // namespace standings
