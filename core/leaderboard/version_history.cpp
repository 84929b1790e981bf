#include "core/leaderboard/version_history.hpp"

#include <algorithm>

namespace standings {

std::optional<step_back> find_step_back(const version_marks& database, const versions_seen& seen) {
  const auto highest = database.highest.value_or(0);
  const auto outside = std::max(seen.by_cache, seen.by_process);
  const auto drawn = std::max(outside, seen.drawn);
  const auto all = std::max({database.sequence, highest, drawn});
  const auto number = [](std::int64_t n) {
    return std::to_string(n);
  };
  if (database.sequence < drawn)
    return step_back{all, "the last version of the database is " + number(database.sequence)
                              + ", but " + number(drawn) + " has been seen"};
  if (database.highest && *database.highest < outside)
    return step_back{all, "the highest version in the rows is " + number(highest) + ", but "
                              + number(outside) + " has been seen"};
  if (database.sequence < highest)
    return step_back{all, "the sequence of versions stands at " + number(database.sequence)
                              + ", but the rows have " + number(highest)};
  return std::nullopt;
}

} // namespace standings
