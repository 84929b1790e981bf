#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace standings {

/// The words for the values of an enumeration. Each specialisation has a member `all`: an array of
/// pairs of word and value, with every value once.
template <class Enum>
struct enum_names;

template <class Enum, std::size_t N>
using enum_words = std::array<std::pair<std::string_view, Enum>, N>;

/// Whether `all` has each value from 0 to `last`, in order.
template <class Enum>
constexpr bool names_each_until(Enum last) {
  std::size_t n = 0;
  for (const auto& [word, value] : enum_names<Enum>::all)
    if (static_cast<std::size_t>(value) != n++)
      return false;
  return n == static_cast<std::size_t>(last) + 1;
}

/// The word for `value`; the last word if `value` is not a value of the enumeration.
template <class Enum>
constexpr std::string_view name_of(Enum value) {
  const auto& all = enum_names<Enum>::all;
  const auto found = std::find_if(all.begin(), all.end(),
                                  [value](const auto& named) { return named.second == value; });
  return found == all.end() ? all.back().first : found->first;
}

/// The inverse of `name_of`; `nullopt` for any other text.
template <class Enum>
constexpr std::optional<Enum> value_named(std::string_view word) {
  const auto& all = enum_names<Enum>::all;
  const auto found = std::find_if(all.begin(), all.end(),
                                  [word](const auto& named) { return named.first == word; });
  return found == all.end() ? std::nullopt : std::optional{found->second};
}

} // namespace standings
