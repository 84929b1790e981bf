#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace standings {

/// A page of leaderboards, as the service gives it, one in a line. Texts are escaped.
[[nodiscard]] std::vector<std::string> leaderboard_list_lines(const boost::json::object& page);

/// A leaderboard with its settings.
[[nodiscard]] std::vector<std::string> leaderboard_lines(const boost::json::object& leaderboard);

} // namespace standings
