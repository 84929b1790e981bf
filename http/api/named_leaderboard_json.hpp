#pragma once

#include "core/base/result.hpp"
#include "messages/leaderboards.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace standings {

struct update_of_several {
  score_update update;
  bool has_count = false; ///< otherwise it is 1, which only leaderboards that add up take for it
};

/// An update of several leaderboards: `{"user_id", "count", "leaderboards": [...]}` with 1 to 16
/// ids, of which `default` is one. What a count may be is up to each of them.
[[nodiscard]] result<update_of_several> parse_update_of_several(std::string_view body);

inline constexpr std::size_t max_named_in_update = 16;

/// What the body of a PUT asks for.
struct leaderboard_change {
  bool restores = false;            ///< `{"restore": true}`, and nothing else
  std::vector<std::string> feeds{}; ///< those that it names
};

/// Fails with `malformed`. The other settings are read where those that they change are known.
[[nodiscard]] result<leaderboard_change> parse_leaderboard_change(std::string_view body);

/// The body of a PUT of a user's metadata, in its shortest form. Fails with `malformed` if it is no
/// JSON object, and with `out_of_range` if it is larger than 1 KiB.
[[nodiscard]] result<std::string> parse_user_metadata(std::string_view body);

/// `{"success":true,"user_id":…,"metadata":{…}}`.
std::string user_metadata_json(const std::string& user_id, const std::string& metadata);

/// A leaderboard with its settings.
std::string leaderboard_json(const leaderboard_info& info);

/// The same with the number of its users.
std::string leaderboard_json(const leaderboard_counts& counts);

/// A page of leaderboards; `next` is the id to continue after, or null at the end.
std::string leaderboards_json(const std::vector<leaderboard_info>& page, std::size_t limit);

/// The state of a leaderboard in both stores.
std::string leaderboard_status_json(const leaderboard_counts& counts);

} // namespace standings
