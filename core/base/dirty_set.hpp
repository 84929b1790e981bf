#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace standings {

/// What has to be looked at, each once, the oldest first; bounded. One that would
/// not fit empties the set: all has to be looked at then. Not thread-safe.
class dirty_set {
public:
  struct entry {
    std::string id;
    std::int64_t at_us = 0; ///< when it was noted first

    friend bool operator==(const entry&, const entry&) = default;
  };

  enum class noted : std::uint8_t { added, coalesced, overflowed };

  explicit dirty_set(std::size_t most) : most_(most) {}

  noted note(const std::string& id, std::int64_t at_us);

  /// Up to `count` of them, which are not in the set any more.
  [[nodiscard]] std::vector<entry> take(std::size_t count);

  void clear();
  [[nodiscard]] bool full() const { return times_.size() >= most_; }
  [[nodiscard]] bool empty() const { return times_.empty(); }
  [[nodiscard]] std::size_t size() const { return times_.size(); }

private:
  std::size_t most_;
  std::unordered_map<std::string, std::int64_t> times_;
  std::deque<std::string> order_; ///< the keys of `times_`
};

} // namespace standings
