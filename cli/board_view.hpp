#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace standings {

/// The lines of a board, current or past, as the service gives it, in at most `columns`. Ids are
/// escaped.
[[nodiscard]] std::vector<std::string> board_lines(const boost::json::object& board,
                                                   std::size_t columns);

/// The lines of the ended periods that are kept.
[[nodiscard]] std::vector<std::string> past_lines(const boost::json::object& past);

} // namespace standings
