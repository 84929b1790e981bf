#include "core/leaderboard/metadata.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>

namespace standings {

namespace json = boost::json;

bool has_infinite_number(const json::value& value) {
  if (const auto* number = value.if_double())
    return !std::isfinite(*number);
  if (const auto* array = value.if_array())
    return std::any_of(array->begin(), array->end(), has_infinite_number);
  if (const auto* object = value.if_object())
    return std::any_of(object->begin(), object->end(), [](const json::key_value_pair& member) {
      return has_infinite_number(member.value());
    });
  return false;
}

bool is_metadata(std::string_view text) {
  boost::system::error_code error;
  const auto parsed = json::parse(text, error);
  return !error && parsed.is_object() && !has_infinite_number(parsed);
}

} // namespace standings
