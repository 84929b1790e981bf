#pragma once

#include "core/base/time.hpp"

#include <boost/json.hpp>

#include <cstdint>

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

} // namespace standings
