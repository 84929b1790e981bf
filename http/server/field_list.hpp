#pragma once

#include <boost/algorithm/string/trim.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace standings {

/// Calls `f` with each element of a comma-separated field, without the blanks around it, until it
/// returns true. Returns whether it did.
template <class F>
bool any_element(std::string_view list, F f) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    if (f(boost::trim_copy(std::string{list.substr(0, end)})))
      return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

} // namespace standings
