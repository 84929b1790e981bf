#pragma once

#include <boost/json.hpp>

#include <cstdint>

/// Members of JSON that we have written ourselves; what is missing or of another type
/// counts as empty.
namespace standings {

inline std::uint64_t count_of(const boost::json::object& from, const char* name) {
  const auto* value = from.if_contains(name);
  boost::system::error_code not_exact;
  return value && value->is_number() ? value->to_number<std::uint64_t>(not_exact) : 0;
}

inline bool flag_of(const boost::json::object& from, const char* name) {
  const auto* value = from.if_contains(name);
  return value && value->is_bool() && value->get_bool();
}

} // namespace standings
