#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace standings {

/// Remembers removals, so that a state that was read from the database before a removal does not
/// bring the user back after it. Keeps the last `capacity` removals, which is enough: a state is in
/// flight for seconds, not for a hundred thousand removals. Not thread-safe.
class tombstones {
public:
  explicit tombstones(std::size_t capacity = 100'000) : capacity_(capacity) {}

  void add(const std::string& user_id, std::int64_t version) {
    if (covers(user_id, version))
      return;
    versions_[user_id] = version;
    order_.emplace_back(user_id, version);
    if (order_.size() > capacity_) {
      forget(order_.front());
      order_.pop_front();
    }
  }

  /// Whether a removal of the user is at least as new as `version`.
  [[nodiscard]] bool covers(const std::string& user_id, std::int64_t version) const {
    if (versions_.empty())
      return false;
    const auto at = versions_.find(user_id);
    return at != versions_.end() && version <= at->second;
  }

private:
  using removal = std::pair<std::string, std::int64_t>;

  void forget(const removal& oldest) {
    const auto at = versions_.find(oldest.first);
    if (at->second == oldest.second) // otherwise the queue has a later removal of this user
      versions_.erase(at);
  }

  std::size_t capacity_;
  std::unordered_map<std::string, std::int64_t> versions_;
  std::deque<removal> order_;
};

} // namespace standings
