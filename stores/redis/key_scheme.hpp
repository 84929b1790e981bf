#pragma once

#include "core/aliases/alias.hpp"
#include "core/base/time.hpp"
#include "core/leaderboard/period.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// Every key of Redis that the service uses is made here; docs/redis.md and docs/aliases.md list
/// them. Other programs read them, so the names must never change.

/// The keys of one leaderboard.
class key_scheme {
public:
  key_scheme(const std::string& board_prefix, std::string details_prefix);

  [[nodiscard]] const std::string& board(period p) const { return boards_[index_of(p)]; }
  [[nodiscard]] const std::array<std::string, period_count>& boards() const { return boards_; }
  [[nodiscard]] const std::string& meta() const { return meta_; }

  /// The removed users, with the version of the removal.
  [[nodiscard]] const std::string& removed() const { return removed_; }

  /// Of the default leaderboard, ids that look like keys of named ones are marked: see
  /// key_part_of.
  [[nodiscard]] std::string details(std::string_view user_id) const;

  /// Matches the keys of all details, including those that were set aside.
  [[nodiscard]] std::string details_pattern() const;

  /// The prefix of all these keys; for messages.
  [[nodiscard]] const std::string& details_prefix() const { return details_prefix_; }

  /// The id of the user whose details key this is; `details_pattern` matches the key.
  [[nodiscard]] std::string_view user_of(std::string_view details_key) const;

  /// Whether the key belongs to this leaderboard: the pattern of the default one also matches the
  /// keys of named ones.
  [[nodiscard]] bool is_own_details(std::string_view details_key) const;

  /// The boards, meta and removed, as most scripts take them.
  [[nodiscard]] std::vector<std::string> shared() const;

private:
  [[nodiscard]] std::string_view rest_of(std::string_view details_key) const;
  [[nodiscard]] bool is_named() const { return details_prefix_.ends_with("}:"); }

  std::array<std::string, period_count> boards_;
  std::string meta_;
  std::string removed_;
  std::string details_prefix_;
};

/// The new name for a key of ours that holds a value of another type.
[[nodiscard]] std::string aside_key(std::string_view key, sys_time now);

/// The sessions of another application.
class session_keys {
public:
  explicit session_keys(std::string prefix) : prefix_(std::move(prefix)) {}

  [[nodiscard]] std::string session(std::string_view id) const;
  [[nodiscard]] std::string pattern() const;
  [[nodiscard]] std::string_view id_of(std::string_view key) const;

private:
  std::string prefix_;
};

/// The keys of the alias mirror; `alias_key` and `alias_query_key` in core make the other two
/// kinds.
namespace alias_keys {

/// Matches every alias.
inline constexpr std::string_view pattern = "alias:*";

/// Whether aliases were mirrored into this Redis: a token that a flush deletes, too.
inline constexpr std::string_view marker = "cache:alias_mirror";

/// Which source is mirrored into this Redis.
inline constexpr std::string_view owner = "cache:alias_mirror:owner";

[[nodiscard]] std::vector<std::string> records(alias_type type,
                                               std::span<const alias_record> aliases);
[[nodiscard]] std::vector<std::string> records(alias_type type,
                                               std::span<const std::string> aliases);

} // namespace alias_keys

/// Fields of the hash `meta` that C++ code reads or writes for each period.
namespace meta_field {

[[nodiscard]] std::string expected(period p); ///< how many members the board should have
[[nodiscard]] std::string foreign(period p);  ///< members that the last scan left alone

} // namespace meta_field

} // namespace standings
