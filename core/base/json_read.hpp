#pragma once

#include "core/base/time.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// Readers for JSON that we write ourselves. A field that is missing or of another type counts as
/// empty.
namespace standings {

inline boost::json::value time_or_null(sys_time t) {
  return t == sys_time{} ? boost::json::value{} : boost::json::value(to_iso8601(t));
}

inline std::uint64_t count_of(const boost::json::object& from, const char* name) {
  const auto* value = from.if_contains(name);
  boost::system::error_code not_exact;
  return value && value->is_number() ? value->to_number<std::uint64_t>(not_exact) : 0;
}

inline bool flag_of(const boost::json::object& from, const char* name) {
  const auto* value = from.if_contains(name);
  return value && value->is_bool() && value->get_bool();
}

inline std::string string_of(const boost::json::object& from, const char* name) {
  const auto* value = from.if_contains(name);
  return value && value->is_string() ? std::string{value->get_string()} : std::string{};
}

/// A member that is an object; null if there is none.
inline const boost::json::object* object_of(const boost::json::object& from, const char* name) {
  const auto* value = from.if_contains(name);
  return value ? value->if_object() : nullptr;
}

/// The objects in a member that is an array.
inline std::vector<boost::json::object> objects_of(const boost::json::object& from,
                                                   const char* name) {
  std::vector<boost::json::object> out;
  if (const auto* values = from.if_contains(name); values && values->is_array())
    for (const auto& value : values->get_array())
      if (value.is_object())
        out.push_back(value.get_object());
  return out;
}

} // namespace standings
