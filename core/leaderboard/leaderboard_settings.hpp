#pragma once

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/leaderboard/calendar.hpp"
#include "core/leaderboard/score_rules.hpp"

#include <boost/json/fwd.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace standings {

inline constexpr std::size_t max_feeds = 8;
inline constexpr std::size_t max_leaderboard_metadata_bytes = 4'096;
inline constexpr std::size_t max_user_metadata_bytes = 1'024;

/// What whoever makes a leaderboard decides.
struct leaderboard_settings {
  score_rules rules{};
  std::string time_zone = "UTC";
  std::string week_start = "monday";
  std::vector<std::string> feeds{}; ///< leaderboards that every update also counts in
  std::string metadata = "{}";      ///< a JSON object

  friend bool operator==(const leaderboard_settings&, const leaderboard_settings&) = default;
};

/// A named leaderboard. What belongs to it in the database carries its `number`.
struct leaderboard {
  std::int64_t number = 0;
  std::string id;
  leaderboard_settings settings;
  sys_time created_at{};
  sys_time last_used_at{};
  std::optional<sys_time> archived_at{};
  bool has_user_metadata = false; ///< whether a user carries, or has carried, metadata

  friend bool operator==(const leaderboard&, const leaderboard&) = default;
};

/// How long the rows of an archived leaderboard are kept, so that it can be restored.
inline constexpr std::chrono::hours kept_after_archiving{30 * 24};

/// Checks everything but whether the feeds exist and where they lead. Fails with `out_of_range` or
/// `invalid_leaderboard_id`, naming the field.
[[nodiscard]] result<void> validate_settings(const std::string& id,
                                             const leaderboard_settings& settings);

/// Whether settings may replace those of an existing leaderboard: scores that were counted in one
/// mode mean nothing in another, and boards keep their order. Fails with `out_of_range`.
[[nodiscard]] result<void> validate_change(const leaderboard_settings& from,
                                           const leaderboard_settings& to);

/// Parses `{"mode", "order", "time_zone", "week_start", "max_count", "feeds", "metadata"}`, all of
/// them optional; what is missing is as in `otherwise`. Fails with `malformed` or `out_of_range`,
/// naming the field.
[[nodiscard]] result<leaderboard_settings> parse_settings(const boost::json::object& from,
                                                          const leaderboard_settings& otherwise);

/// All settings as a JSON object, and back. The text is our own: what cannot be read in it is as by
/// default.
std::string settings_json(const leaderboard_settings& settings);
leaderboard_settings settings_in(const std::string& text);

} // namespace standings
