#pragma once

#include "core/leaderboard/calendar.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace standings {

/// The number that stands for the default leaderboard.
inline constexpr std::int64_t no_number = 0;

/// Which periods of which leaderboards are known to be open in the database, so that it need not be
/// asked before each write. Not thread-safe.
class open_periods {
public:
  /// With `keep` 0, every period counts as open, because none is ever closed.
  explicit open_periods(std::size_t keep) : keeps_none_(keep == 0) {}

  /// Whether none has ended. A start that is earlier than the known one was brought by a clock that
  /// has been set back: that period is closed already.
  [[nodiscard]] bool has(std::int64_t leaderboard, const period_starts& starts) const {
    if (keeps_none_)
      return true;
    const auto known = known_.find(leaderboard);
    if (known == known_.end())
      return false;
    for (std::size_t p = 0; p < period_count; ++p)
      if (known->second[p] < starts[p])
        return false;
    return true;
  }

  void note(std::int64_t leaderboard, const period_starts& starts) {
    if (keeps_none_)
      return;
    const auto [known, is_new] = known_.try_emplace(leaderboard, starts);
    if (!is_new)
      known->second = later_of(known->second, starts);
  }

  /// After a transaction of which it is not known that it was committed.
  void forget() { known_.clear(); }

private:
  const bool keeps_none_;
  std::map<std::int64_t, period_starts> known_;
};

/// What the database knows of the open periods of one leaderboard: nothing for a board that it has
/// never met.
using recorded_open = std::array<std::optional<sys_time>, period_count>;

/// Whether all are recorded, and none has ended.
inline bool all_open(const recorded_open& recorded, const period_starts& starts) {
  for (std::size_t p = 0; p < period_count; ++p)
    if (!recorded[p] || *recorded[p] < starts[p])
      return false;
  return true;
}

} // namespace standings
