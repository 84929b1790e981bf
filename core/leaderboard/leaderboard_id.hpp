#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace standings {

/// The leaderboard whose table, keys and routes are those of the configuration.
inline constexpr std::string_view default_leaderboard = "default";

inline constexpr std::size_t max_leaderboard_id_bytes = 128;
inline constexpr std::size_t max_leaderboard_id_parts = 8;

/// 1 to 8 parts of `[a-z0-9][a-z0-9_-]{0,31}` joined by dots, at most 128 bytes in all, such as
/// `acme.eu`. `default` and `update` are reserved. Fails with `invalid_leaderboard_id`.
[[nodiscard]] result<void> validate_leaderboard_id(std::string_view id);

/// The failure `unknown_leaderboard`; `field` is the one that names it.
failure unknown_leaderboard(const std::string& id, const std::string& field = "leaderboard");

/// Whether what follows the prefix of a key begins with a leaderboard's id in braces and a colon,
/// as the keys of named leaderboards do.
bool is_in_named_leaderboard(std::string_view rest_of_key);

/// What follows the prefix in the key of a user of the default leaderboard: the id, with `{}`
/// before it if it would be the key of a named leaderboard's user or begins with `{}` itself. No
/// leaderboard has an empty id, so that is nobody else's key.
std::string key_part_of(std::string_view user_id);

/// The id of the user whose key has this after the prefix.
std::string_view user_of_key_part(std::string_view rest_of_key);

/// The first part of an id: whose leaderboard it is.
std::string_view tenant_of(std::string_view id);

} // namespace standings
