#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace standings {

/// Which leaderboards were asked for.
struct listed_leaderboards {
  std::string tenant{}; ///< empty: of all tenants
  bool archived = false;
};

/// A page of leaderboards, as the service gives it, one in a line; of archived ones with the day on
/// which they are purged. Texts are escaped.
[[nodiscard]] std::vector<std::string> leaderboard_list_lines(const boost::json::object& page,
                                                              const listed_leaderboards& which);

/// A leaderboard with its settings.
[[nodiscard]] std::vector<std::string> leaderboard_lines(const boost::json::object& leaderboard);

} // namespace standings
