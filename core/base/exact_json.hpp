#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

/// Parses JSON as Boost.JSON does, to a depth of 32, but takes each number for the double that is
/// nearest to it. Boost's own parser misses one in eight by a unit in the last place, and cannot be
/// told to be precise in the version that Debian 12 has. Whatever may hold metadata is parsed here,
/// so that a client reads the numbers that it wrote.
namespace standings {

/// The value at the beginning of a text.
struct json_prefix {
  boost::json::value value{};
  std::size_t size = 0; ///< where the value and the blanks after it end, or where parsing failed
  boost::system::error_code error{}; ///< `incomplete` if the text ends within the value
};

[[nodiscard]] json_prefix json_prefix_of(std::string_view text);

/// The object that the text consists of; none if it is anything else.
[[nodiscard]] std::optional<boost::json::object> json_object_in(std::string_view text);

} // namespace standings
