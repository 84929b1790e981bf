#include "actors/supervision/outage_log.hpp"

namespace standings {

bool outage_log::failed(const worker& who, const std::string& reason, time_point now) {
  const std::lock_guard lock{mutex_};
  if (const auto known = reasons_.find(who); known != reasons_.end()) {
    if (known->second == reason)
      return false;
    leave(who, now);
  }
  reasons_[who] = reason;
  auto& of = outages_[reason];
  if (of.workers == 0)
    of.since = now;
  ++of.down;
  return ++of.workers == 1;
}

std::optional<outage_log::end> outage_log::recovered(const worker& who, time_point now) {
  const std::lock_guard lock{mutex_};
  return leave(who, now);
}

void outage_log::forget(const void* owner) {
  const std::lock_guard lock{mutex_};
  for (auto at = reasons_.begin(); at != reasons_.end();) {
    const auto who = (at++)->first;
    if (who.first == owner)
      leave(who, {});
  }
}

std::optional<outage_log::end> outage_log::leave(const worker& who, time_point now) {
  const auto known = reasons_.find(who);
  if (known == reasons_.end())
    return std::nullopt;
  const auto of = outages_.find(known->second);
  reasons_.erase(known);
  if (--of->second.down > 0)
    return std::nullopt;
  end out{of->first, of->second.workers,
          std::chrono::duration_cast<std::chrono::seconds>(now - of->second.since)};
  outages_.erase(of);
  return out;
}

outage_log& outages() {
  static outage_log log;
  return log;
}

} // namespace standings
