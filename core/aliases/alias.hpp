#pragma once

#include "core/base/result.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// What an alias stands for.
enum class alias_type : std::uint8_t { team, player, league, market };

inline constexpr std::array all_alias_types{alias_type::team, alias_type::player,
                                            alias_type::league, alias_type::market};
inline constexpr std::size_t alias_type_count = all_alias_types.size();

constexpr std::size_t index_of(alias_type t) {
  return static_cast<std::size_t>(t);
}

/// The word in keys, paths and the configuration: `team`.
std::string to_string(alias_type t);

std::optional<alias_type> parse_alias_type(std::string_view text);

/// One alias as the cache holds it. `value` is what `alias_value` makes.
struct alias_record {
  std::string alias;
  std::string value;

  friend bool operator==(const alias_record&, const alias_record&) = default;
};

inline constexpr std::size_t max_alias_bytes = 16'384;

/// 1 to 16384 bytes of valid UTF-8 without NUL. Fails with `out_of_range`; the detail completes the
/// sentence "the alias …", the field is `alias`.
[[nodiscard]] result<void> validate_alias(std::string_view alias);

/// The beginning of a text, for messages: at most 64 bytes, cut between characters, and
/// presentable. A question mark replaces what is not valid UTF-8.
std::string abbreviated(std::string_view text);

/// The cache key: `alias:team:rmcf`. Other programs read it.
std::string alias_key(alias_type type, std::string_view alias);

/// The inverse of `alias_key`; `nullopt` if the key is not an alias key.
struct alias_name {
  alias_type type = alias_type::team;
  std::string alias;

  friend bool operator==(const alias_name&, const alias_name&) = default;
};
std::optional<alias_name> parse_alias_key(std::string_view key);

/// The ids of one alias as the cache holds them: a JSON array of strings without
/// spaces, distinct, integers ascending by value before everything else: `["1","7"]`.
std::string alias_value(std::vector<std::string> ids);

/// The key of a query's result: `cache:team_player:{team}:{player}`. A colon or
/// a percent sign in a name is percent-encoded, so that no two pairs of names
/// share a key.
std::string alias_query_key(std::string_view team, std::string_view player);

} // namespace standings
