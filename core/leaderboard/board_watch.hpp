#pragma once

#include <chrono>
#include <cstdint>

namespace standings {

/// Decides when a board that clients follow is read again: when it may have changed, at most ten
/// times a second; and once a second if others can change it unnoticed.
class board_watch {
public:
  using clock = std::chrono::steady_clock;

  static constexpr std::chrono::milliseconds pause{100};  ///< between two reads
  static constexpr std::chrono::milliseconds poll{1'000}; ///< for what is not noticed

  /// What can be seen of the cache without a read.
  struct signs {
    std::uint64_t changes = 0;     ///< see rank_cache
    bool complete = false;         ///< see rank_cache
    bool shows_all_changes = true; ///< false: other programs can change it unnoticed
    std::uint64_t incarnation = 0; ///< another one if the cache was dropped and made anew

    friend bool operator==(const signs&, const signs&) = default;
  };

  /// Somebody has seen nothing of the board yet.
  void want() { wanted_ = true; }

  [[nodiscard]] bool due(clock::time_point now, const signs& seen) const {
    const auto since = now - read_at_;
    if (reading_ || since < pause)
      return false;
    const bool must_poll = failed_ || !seen.shows_all_changes;
    return wanted_ || seen != seen_ || (must_poll && since >= poll);
  }

  /// A read begins. `seen`: from before it, so that a change meanwhile makes another one due.
  void reads(clock::time_point now, const signs& seen) {
    reading_ = true;
    wanted_ = false;
    read_at_ = now;
    seen_ = seen;
  }

  void has_read(bool succeeded) {
    reading_ = false;
    failed_ = !succeeded;
  }

private:
  clock::time_point read_at_{}; ///< long ago: the clock runs since the machine started
  signs seen_;
  bool wanted_ = false;
  bool reading_ = false;
  bool failed_ = false;
};

} // namespace standings
