#pragma once

#include "core/base/time.hpp"
#include "core/leaderboard/calendar.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace standings {

/// A period that has ended: it began at `started_at`, and its successor at `ended_at`.
struct past_period {
  sys_time started_at{};
  sys_time ended_at{};
  std::uint64_t total_users = 0; ///< on the board as it ended

  friend bool operator==(const past_period&, const past_period&) = default;
};

/// One line of a board as it ended; `rank` counts from 1.
struct past_entry {
  std::uint64_t rank = 0;
  std::string user_id;
  std::int64_t score = 0;

  friend bool operator==(const past_entry&, const past_entry&) = default;
};

/// A window of a board as it ended. Users who stood behind with 0 count in `total_users` and have
/// no entry.
struct past_board {
  past_period of;
  std::vector<past_entry> entries;
};

/// The first and the later limit of a period.
struct period_span {
  sys_time from{};
  sys_time to{};

  friend bool operator==(const period_span&, const period_span&) = default;
};

/// The periods of the board `p` between the one that is known to have been in force from
/// `open_since` and the one that began at `started`: the last `most` of them, oldest first. Without
/// a calendar only resets start a period, so there is one.
[[nodiscard]] std::vector<period_span> ended_periods(const std::optional<calendar>& boundaries,
                                                     period p, sys_time open_since,
                                                     sys_time started, std::size_t most);

} // namespace standings
