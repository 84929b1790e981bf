#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace standings {

/// Remembers removals, so that a state read from the database before a removal
/// does not bring the user back after it. Keeps the last `capacity` removals: a
/// state is under way for seconds, not for a hundred thousand removals.
/// Not thread-safe.
class tombstones {
public:
  explicit tombstones(std::size_t capacity = 100'000) : capacity_(capacity) {}

  void add(const std::string& user_id, std::int64_t version) {
    const auto [at, inserted] = versions_.try_emplace(user_id, version);
    if (!inserted) {
      at->second = version;
      return;
    }
    order_.push_back(user_id);
    if (order_.size() > capacity_) {
      versions_.erase(order_.front());
      order_.pop_front();
    }
  }

  /// Whether a removal of the user is as new as `version`.
  [[nodiscard]] bool covers(const std::string& user_id, std::int64_t version) const {
    if (versions_.empty())
      return false;
    const auto at = versions_.find(user_id);
    return at != versions_.end() && version <= at->second;
  }

private:
  std::size_t capacity_;
  std::unordered_map<std::string, std::int64_t> versions_;
  std::deque<std::string> order_;
};

} // namespace standings
