#include "http/server/header_fields.hpp"

#include <strings.h>

#include <algorithm>

namespace standings {

namespace {

/// More fields than browsers send.
constexpr std::size_t usual_fields = 32;

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

bool list_has(std::string_view list, std::string_view token) {
  for (;;) {
    const auto comma = list.find(',');
    if (equal_ignoring_case(trimmed(list.substr(0, comma)), token))
      return true;
    if (comma == std::string_view::npos)
      return false;
    list.remove_prefix(comma + 1);
  }
}

} // namespace

const header_fields::field* header_fields::find(std::string_view name) const {
  const auto at = std::find_if(fields_.begin(), fields_.end(), [name](const field& f) {
    return equal_ignoring_case(f.name, name);
  });
  return at == fields_.end() ? nullptr : &*at;
}

std::size_t header_fields::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields_.begin(), fields_.end(),
                    [name](const field& f) { return equal_ignoring_case(f.name, name); }));
}

std::string_view header_fields::value(std::string_view name) const {
  const auto* found = find(name);
  return found ? std::string_view{found->value} : std::string_view{};
}

bool header_fields::has_token(std::string_view name, std::string_view token) const {
  return std::any_of(fields_.begin(), fields_.end(), [&](const field& f) {
    return equal_ignoring_case(f.name, name) && list_has(f.value, token);
  });
}

void header_fields::release_surplus() {
  if (fields_.capacity() > usual_fields)
    std::vector<field>{}.swap(fields_);
}

} // namespace standings
