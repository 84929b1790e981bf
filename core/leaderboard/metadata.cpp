#include "core/leaderboard/metadata.hpp"

#include "core/base/exact_json.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>

namespace standings {

namespace json = boost::json;

namespace {

bool has_infinite_member(const json::object& object) {
  return std::any_of(object.begin(), object.end(), [](const json::key_value_pair& member) {
    return has_infinite_number(member.value());
  });
}

} // namespace

bool has_infinite_number(const json::value& value) {
  if (const auto* number = value.if_double())
    return !std::isfinite(*number);
  if (const auto* array = value.if_array())
    return std::any_of(array->begin(), array->end(), has_infinite_number);
  if (const auto* object = value.if_object())
    return has_infinite_member(*object);
  return false;
}

bool is_metadata(std::string_view text) {
  const auto parsed = json_object_in(text);
  return parsed && !has_infinite_member(*parsed);
}

} // namespace standings
