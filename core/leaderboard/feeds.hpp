#pragma once

#include "core/base/result.hpp"

#include <functional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace standings {

/// The most leaderboards in which one update may count.
inline constexpr std::size_t max_reached = 64;

/// The feeds of a leaderboard; null if there is no such leaderboard.
using feeds_of_fn = std::function<const std::vector<std::string>*(const std::string& id)>;

/// All leaderboards in which an update of `first` counts: these and what they feed, each once, in
/// the order in which they are met. Feeds that do not exist (any more) are left out.
std::vector<std::string> reached_from(std::span<const std::string> first,
                                      const feeds_of_fn& feeds_of);

/// What every leaderboard that feeds others feeds, archived ones included: they may be restored.
using feeds_graph = std::unordered_map<std::string, std::vector<std::string>>;

/// A change of what a leaderboard feeds.
struct feeds_change {
  std::string id;
  std::vector<std::string> before;
  std::vector<std::string> after;
};

/// The feeds that a change adds. Only these can do harm.
std::vector<std::string> added_feeds(const feeds_change& change);

/// Whether a change that adds feeds may be made: each of the new ones can be fed, no way leads back
/// to the leaderboard, and neither it nor any that leads to it would reach more than 64. `graph`
/// is as before the change. Fails with `out_of_range`; names only feeds that are new, as whoever
/// asks for the change may not know of the others.
[[nodiscard]] result<void>
validate_feeds(const feeds_change& change,
               const std::function<bool(const std::string& id)>& can_be_fed, feeds_graph graph);

/// Adds to `feeds` what was fed before and is not of this tenant: whoever acts for the tenant does
/// not see it, and so cannot have left it out.
void keep_foreign_feeds(const std::string& tenant, const std::vector<std::string>& before,
                        std::vector<std::string>& feeds);

} // namespace standings
