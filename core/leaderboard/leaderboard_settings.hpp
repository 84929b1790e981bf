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

  /// Whether the periods of both begin at the same times.
  [[nodiscard]] bool has_calendar_of(const leaderboard_settings& other) const {
    return time_zone == other.time_zone && week_start == other.week_start;
  }
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
  std::string unreadable{};       ///< the setting that another program made unreadable; mostly none
  bool is_remembered = false;     ///< with `unreadable`: `settings` are those from before

  /// Whether `settings` are its own. Otherwise some or all are those by default, and tell neither
  /// its order nor when its periods begin.
  [[nodiscard]] bool knows_settings() const { return unreadable.empty() || is_remembered; }

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

/// All settings as a JSON object.
std::string settings_json(const leaderboard_settings& settings);

/// Settings as they are stored. What cannot be read is as by default.
struct stored_settings {
  leaderboard_settings settings{};
  std::string unreadable{}; ///< the first setting that cannot be read; empty if all can

  friend bool operator==(const stored_settings&, const stored_settings&) = default;
};

/// Reads what `settings_json` has written, and other programs may have changed. A setting of
/// another version of the service is passed over.
stored_settings settings_in(const std::string& text);

/// The failure for whoever would change scores or settings of a leaderboard whose settings cannot
/// be read: taken for the default ones, they would make scores that mean nothing.
[[nodiscard]] failure unreadable_settings(const leaderboard& of);

} // namespace standings
