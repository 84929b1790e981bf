#include "stores/redis/own_writes.hpp"

#include <utility>

namespace standings {

namespace {

/// Limit for writes that `found_foreign` has not returned yet; the next run of reconcile finds the
/// rest.
constexpr std::size_t max_found_foreign = 10'000;

std::string name_of(std::string_view event, std::string_view key) {
  std::string out;
  out.reserve(event.size() + 1 + key.size());
  out.append(event).append(1, ' ').append(key);
  return out;
}

} // namespace

std::uint64_t own_writes::start_listening() {
  const std::lock_guard lock{mutex_};
  forget_all();
  listening_ = true;
  return ++listener_;
}

void own_writes::stop_listening(std::uint64_t listener) {
  const std::lock_guard lock{mutex_};
  if (listener != listener_)
    return;
  listening_ = false;
  forget_all();
}

void own_writes::forget() {
  const std::lock_guard lock{mutex_};
  forget_all();
}

/// The caller holds mutex_.
void own_writes::forget_all() {
  young_.clear();
  old_.clear();
  ++epoch_;
}

std::uint64_t own_writes::announce(std::string_view event, std::span<const std::string> keys) {
  if (!listening_)
    return 0;
  const std::lock_guard lock{mutex_};
  forget_old();
  if (young_.size() + keys.size() > max_keys)
    return 0;
  for (const auto& key : keys)
    ++young_[name_of(event, key)];
  return epoch_;
}

void own_writes::withdraw(std::string_view event, std::string_view key, std::uint64_t announced) {
  const auto name = name_of(event, key);
  const std::lock_guard lock{mutex_};
  if (announced != epoch_)
    return;
  if (take_one(young_, name) || take_one(old_, name))
    return;
  if (heard_ > 0)
    --heard_;
  if (found_foreign_.size() < max_found_foreign)
    found_foreign_.push_back({std::string{key}, std::string{event}});
}

bool own_writes::take(std::string_view event, std::string_view key) {
  const auto name = name_of(event, key);
  const std::lock_guard lock{mutex_};
  forget_old();
  if (!take_one(old_, name) && !take_one(young_, name))
    return false;
  ++heard_;
  return true;
}

std::vector<own_writes::foreign_write> own_writes::found_foreign() {
  const std::lock_guard lock{mutex_};
  return std::exchange(found_foreign_, {});
}

/// The caller holds mutex_.
void own_writes::forget_old() {
  const auto now = clock_();
  if (now < next_turn_)
    return;
  if (now >= next_turn_ + lifetime)
    young_.clear();
  old_ = std::exchange(young_, {});
  next_turn_ = now + lifetime;
}

bool own_writes::take_one(counts& from, const std::string& name) {
  const auto at = from.find(name);
  if (at == from.end())
    return false;
  if (--at->second == 0)
    from.erase(at);
  return true;
}

own_announcement::own_announcement(own_writes* to, std::string_view event,
                                   std::span<const std::string> keys)
    : to_(to), event_(event), keys_(keys), confirmed_(keys_.size(), false),
      announced_(to_ ? to_->announce(event_, keys_) : 0) {}

own_announcement::~own_announcement() {
  if (announced_ == 0)
    return;
  for (std::size_t i = 0; i < keys_.size(); ++i)
    if (!confirmed_[i])
      to_->withdraw(event_, keys_[i], announced_);
}

} // namespace standings
