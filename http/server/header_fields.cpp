#include "http/server/header_fields.hpp"

#include <strings.h>

#include <algorithm>

namespace standings {

namespace {

/// More fields than browsers send.
constexpr std::size_t usual_fields = 32;
constexpr std::size_t usual_text = 2'048;

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

void header_fields::add(std::string_view name, std::string_view value) {
  fields_.push_back({static_cast<std::uint32_t>(text_.size()),
                     static_cast<std::uint32_t>(name.size()),
                     static_cast<std::uint32_t>(value.size())});
  text_.append(name).append(value);
}

void header_fields::replace(std::string_view name, std::string_view value) {
  const auto at = std::find_if(fields_.begin(), fields_.end(),
                               [&](const field& f) { return has_name(f, name); });
  at->begin = static_cast<std::uint32_t>(text_.size());
  at->value_size = static_cast<std::uint32_t>(value.size());
  text_.append(name).append(value);
}

void header_fields::clear() {
  text_.clear();
  fields_.clear();
}

bool header_fields::has_name(const field& f, std::string_view name) const {
  return equal_ignoring_case(std::string_view{text_}.substr(f.begin, f.name_size), name);
}

std::string_view header_fields::value_of(const field& f) const {
  return std::string_view{text_}.substr(f.begin + f.name_size, f.value_size);
}

const header_fields::field* header_fields::find(std::string_view name) const {
  const auto at = std::find_if(fields_.begin(), fields_.end(),
                               [&](const field& f) { return has_name(f, name); });
  return at == fields_.end() ? nullptr : &*at;
}

std::size_t header_fields::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(fields_.begin(), fields_.end(),
                                                [&](const field& f) { return has_name(f, name); }));
}

std::string_view header_fields::value(std::string_view name) const {
  const auto* found = find(name);
  return found ? value_of(*found) : std::string_view{};
}

std::vector<std::string_view> header_fields::values(std::string_view name) const {
  std::vector<std::string_view> out;
  for (const auto& f : fields_)
    if (has_name(f, name))
      out.push_back(value_of(f));
  return out;
}

bool header_fields::has_token(std::string_view name, std::string_view token) const {
  return std::any_of(fields_.begin(), fields_.end(), [&](const field& f) {
    return has_name(f, name) && list_has(value_of(f), token);
  });
}

void header_fields::release_surplus() {
  if (fields_.capacity() > usual_fields)
    std::vector<field>{}.swap(fields_);
  if (text_.capacity() > usual_text)
    std::string{}.swap(text_);
}

} // namespace standings
