#pragma once

#include "stores/memory/allocated.hpp"

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
    const auto [at, is_new] = versions_.insert_or_assign(user_id, version);
    order_.emplace_back(user_id, version);
    id_bytes_ += (is_new ? 2 : 1) * allocated_bytes(user_id);
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

  /// About how many bytes of memory these take.
  [[nodiscard]] std::uint64_t memory_bytes() const {
    return versions_.size() * node_bytes + versions_.bucket_count() * sizeof(void*)
           + order_.size() * sizeof(removal) + id_bytes_;
  }

private:
  using removal = std::pair<std::string, std::int64_t>;

  void forget(const removal& oldest) {
    const auto at = versions_.find(oldest.first);
    id_bytes_ -= allocated_bytes(oldest.first);
    if (at->second != oldest.second)
      return; // the queue has a later removal of this user
    id_bytes_ -= allocated_bytes(oldest.first);
    versions_.erase(at);
  }

  /// A removal, its hash, a pointer to the next one, and the allocator's header.
  static constexpr std::size_t node_bytes =
      sizeof(std::pair<const std::string, std::int64_t>) + 3 * sizeof(void*);

  std::size_t capacity_;
  std::uint64_t id_bytes_ = 0; ///< in both
  std::unordered_map<std::string, std::int64_t> versions_;
  std::deque<removal> order_;
};

} // namespace standings
