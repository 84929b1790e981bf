#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace standings {

/// A bounded queue of ids to be looked at, each once, the oldest first. An id that does not fit
/// empties the set, and the caller has to look at everything. Not thread-safe.
class dirty_set {
public:
  struct entry {
    std::string id;
    std::int64_t at_us = 0; ///< when it was first noted

    friend bool operator==(const entry&, const entry&) = default;
  };

  enum class noted : std::uint8_t { added, coalesced, overflowed };

  explicit dirty_set(std::size_t most) : most_(most) {}

  noted note(const std::string& id, std::int64_t at_us);

  /// Removes and returns up to `count` entries, the oldest first.
  [[nodiscard]] std::vector<entry> take(std::size_t count);

  void clear();
  /// Whether `note` would empty the set.
  [[nodiscard]] bool has_no_room_for(const std::string& id) const {
    return times_.size() >= most_ && times_.count(id) == 0;
  }
  [[nodiscard]] bool empty() const { return times_.empty(); }
  [[nodiscard]] std::size_t size() const { return times_.size(); }

private:
  std::size_t most_;
  std::unordered_map<std::string, std::int64_t> times_;
  std::deque<std::string> order_; ///< the keys of `times_`
};

} // namespace standings
