#include "core/leaderboard/leaderboard_id.hpp"

#include <algorithm>
#include <string>

namespace standings {

namespace {

constexpr std::size_t max_part_bytes = 32;
constexpr std::string_view reserved_for_route = "update";

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_part(std::string_view part) {
  return !part.empty() && part.size() <= max_part_bytes && is_letter_or_digit(part.front())
         && std::all_of(part.begin(), part.end(),
                        [](char c) { return is_letter_or_digit(c) || c == '_' || c == '-'; });
}

constexpr std::string_view no_leaderboard = "{}";

bool needs_mark(std::string_view user_id) {
  return user_id.starts_with(no_leaderboard) || is_in_named_leaderboard(user_id);
}

failure invalid(const char* why) {
  return fail(errc::invalid_leaderboard_id, std::string{"the leaderboard's id "} + why,
              "leaderboard");
}

} // namespace

result<void> validate_leaderboard_id(std::string_view id) {
  if (id == default_leaderboard || id == reserved_for_route)
    return invalid("is reserved");
  if (id.size() > max_leaderboard_id_bytes)
    return invalid("is longer than 128 bytes");
  std::size_t parts = 0;
  for (auto rest = id;;) {
    const auto dot = rest.find('.');
    if (!is_part(rest.substr(0, dot)))
      return invalid("has to be parts of 1 to 32 of a-z, 0-9, _ and -, joined by dots, each "
                     "beginning with a letter or a digit");
    if (++parts > max_leaderboard_id_parts)
      return invalid("has more than 8 parts");
    if (dot == std::string_view::npos)
      return {};
    rest.remove_prefix(dot + 1);
  }
}

failure unknown_leaderboard(const std::string& id, const std::string& field) {
  return fail(errc::unknown_leaderboard, "there is no leaderboard '" + id + "'", field);
}

bool is_in_named_leaderboard(std::string_view rest_of_key) {
  const auto end = rest_of_key.find("}:");
  return rest_of_key.starts_with('{') && end != std::string_view::npos
         && validate_leaderboard_id(rest_of_key.substr(1, end - 1));
}

std::string key_part_of(std::string_view user_id) {
  return std::string{needs_mark(user_id) ? no_leaderboard : ""}.append(user_id);
}

std::string_view user_of_key_part(std::string_view rest_of_key) {
  if (!rest_of_key.starts_with(no_leaderboard))
    return rest_of_key;
  const auto marked = rest_of_key.substr(no_leaderboard.size());
  return needs_mark(marked) ? marked : rest_of_key;
}

std::string_view tenant_of(std::string_view id) {
  return id.substr(0, id.find('.'));
}

} // namespace standings
