#include "core/reconcile/seen_ids.hpp"

#include <algorithm>
#include <functional>

namespace standings {

namespace {

constexpr std::uint64_t smallest = 1'024;

/// The number of slots for `ids` ids at a load of two thirds.
std::uint64_t slots_for(std::uint64_t ids) {
  return std::max(smallest, ids + ids / 2);
}

std::uint64_t hash_of(const std::string& id) {
  const std::uint64_t hash = std::hash<std::string>{}(id);
  return hash == 0 ? 1 : hash;
}

/// The preferred slot of a hash, proportional to its share of the range of all hashes.
std::size_t place_of(std::uint64_t hash, std::size_t slots) {
  __extension__ using wide = unsigned __int128;
  return static_cast<std::size_t>((static_cast<wide>(hash) * slots) >> 64);
}

} // namespace

seen_ids::seen_ids(std::uint64_t expected) : slots_(slots_for(expected)) {}

std::vector<std::string> seen_ids::insert(std::span<const std::string> ids) {
  std::vector<std::string> fresh;
  const std::lock_guard lock{mutex_};
  for (const auto& id : ids)
    if (insert(hash_of(id)))
      fresh.push_back(id);
  return fresh;
}

void seen_ids::forget(std::span<const std::string> ids) {
  const std::lock_guard lock{mutex_};
  for (const auto& id : ids)
    forget(hash_of(id));
}

std::uint64_t seen_ids::size() const {
  const std::lock_guard lock{mutex_};
  return size_;
}

std::uint64_t seen_ids::memory_bytes() const {
  const std::lock_guard lock{mutex_};
  return slots_.size() * sizeof(std::uint64_t);
}

bool seen_ids::insert(std::uint64_t hash) {
  if (size_ * 5 >= slots_.size() * 4)
    grow();
  const auto at = find(hash);
  if (slots_[at] == hash)
    return false;
  slots_[at] = hash;
  ++size_;
  return true;
}

/// Backward-shift deletion: moves displaced entries into the hole.
void seen_ids::forget(std::uint64_t hash) {
  auto hole = find(hash);
  if (slots_[hole] == 0)
    return;
  --size_;
  const auto distance = [&](std::size_t from, std::size_t to) {
    return to >= from ? to - from : to + slots_.size() - from;
  };
  for (auto at = after(hole); slots_[at] != 0; at = after(at))
    if (distance(place_of(slots_[at], slots_.size()), at) >= distance(hole, at)) {
      slots_[hole] = slots_[at];
      hole = at;
    }
  slots_[hole] = 0;
}

/// The slot that holds the hash, or the free one where it would go.
std::size_t seen_ids::find(std::uint64_t hash) const {
  auto at = place_of(hash, slots_.size());
  while (slots_[at] != 0 && slots_[at] != hash)
    at = after(at);
  return at;
}

std::size_t seen_ids::after(std::size_t slot) const {
  return slot + 1 == slots_.size() ? 0 : slot + 1;
}

void seen_ids::grow() {
  std::vector<std::uint64_t> before(slots_for(slots_.size()));
  before.swap(slots_);
  size_ = 0;
  for (const auto hash : before)
    if (hash != 0)
      insert(hash);
}

} // namespace standings
