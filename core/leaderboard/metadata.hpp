#pragma once

#include <boost/json/fwd.hpp>

#include <string_view>

namespace standings {

/// Whether a value holds a number beyond what a double can hold, such as 1e999: printed again it
/// would not be JSON.
[[nodiscard]] bool has_infinite_number(const boost::json::value& value);

/// Whether this is the text of a JSON object that can be shown within other JSON. What the database
/// has may have been written by other programs.
[[nodiscard]] bool is_metadata(std::string_view text);

} // namespace standings
