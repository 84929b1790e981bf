#include "http/server/chunk_tracker.hpp"

#include "core/base/hex.hpp"

#include <algorithm>
#include <cctype>

namespace standings {

namespace {

/// More digits mean a size beyond any limit.
constexpr std::size_t most_digits = 15;

bool is_token_character(unsigned char c) {
  return std::isalnum(c)
         || std::string_view{"!#$%&'*+-.^_`|~"}.find(static_cast<char>(c))
                != std::string_view::npos;
}

/// Visible, blank, or a byte beyond ASCII.
bool is_value_character(unsigned char c) {
  return c == '\t' || (c >= ' ' && c != 127);
}

} // namespace

void chunk_tracker::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (state_ == state::data) {
      const auto n = std::min<std::uint64_t>(left_, bytes.size());
      left_ -= n;
      bytes.remove_prefix(n);
      if (left_ == 0)
        state_ = state::data_end;
    } else {
      take(bytes.front());
      bytes.remove_prefix(1);
    }
  }
}

void chunk_tracker::take(char c) {
  const bool ends_line = after_return_ && c == '\n';
  if (after_return_ && !ends_line)
    state_ = state::broken;
  after_return_ = c == '\r';
  if (state_ == state::size && hex_value(c) >= 0) {
    left_ = left_ * 16 + static_cast<std::uint64_t>(hex_value(c));
    if (++digits_ > most_digits)
      state_ = state::broken;
  } else if (state_ == state::size || state_ == state::extension) {
    if (ends_line)
      end_of_size();
    else if (state_ == state::size && c != '\r')
      state_ =
          digits_ > 0 && (c == ';' || c == ' ' || c == '\t') ? state::extension : state::broken;
  } else if (state_ == state::data_end) {
    if (ends_line)
      state_ = state::size;
    else if (c != '\r')
      state_ = state::broken;
  } else {
    state_ = state::broken; // bytes after the last chunk must not be fed
  }
}

void chunk_tracker::end_of_size() {
  if (digits_ == 0)
    state_ = state::broken;
  else
    state_ = left_ == 0 ? state::trailers : state::data;
  digits_ = 0;
}

bool is_field_line(std::string_view line) {
  if (!line.ends_with("\r\n"))
    return false;
  line.remove_suffix(2);
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0)
    return false;
  const auto name = line.substr(0, colon);
  const auto value = line.substr(colon + 1);
  return std::all_of(name.begin(), name.end(), is_token_character)
         && std::all_of(value.begin(), value.end(), is_value_character);
}

} // namespace standings
