#pragma once

#include "core/base/result.hpp"

#include <functional>
#include <span>
#include <string>
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

/// Whether `id` may have these feeds: each exists, no way leads back to `id`, and at most 64
/// leaderboards are reached. Fails with `out_of_range`.
[[nodiscard]] result<void> validate_feeds(const std::string& id,
                                          const std::vector<std::string>& feeds,
                                          const feeds_of_fn& feeds_of);

} // namespace standings
