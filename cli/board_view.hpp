#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace standings {

/// The lines of a board, as the service gives it, in at most `columns`. Ids are escaped.
[[nodiscard]] std::vector<std::string> board_lines(const boost::json::object& board,
                                                   std::size_t columns);

} // namespace standings
