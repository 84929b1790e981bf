#include "stores/redis/key_scheme.hpp"

#include "core/leaderboard/leaderboard_id.hpp"
#include "stores/redis/glob.hpp"

namespace standings {

key_scheme::key_scheme(const std::string& board_prefix, std::string details_prefix)
    : meta_(board_prefix + "meta"), removed_(board_prefix + "removed"),
      details_prefix_(std::move(details_prefix)) {
  for (const auto p : all_periods)
    boards_[index_of(p)] = board_prefix + std::string{to_string(p)};
}

std::string key_scheme::details(std::string_view user_id) const {
  return details_prefix_ + (is_named() ? std::string{user_id} : key_part_of(user_id));
}

std::string key_scheme::details_pattern() const {
  return escape_glob(details_prefix_) + "*";
}

std::string_view key_scheme::rest_of(std::string_view details_key) const {
  return details_key.substr(details_prefix_.size());
}

std::string_view key_scheme::user_of(std::string_view details_key) const {
  const auto rest = rest_of(details_key);
  return is_named() ? rest : user_of_key_part(rest);
}

bool key_scheme::is_own_details(std::string_view details_key) const {
  return is_named() || !is_in_named_leaderboard(rest_of(details_key));
}

std::vector<std::string> key_scheme::shared() const {
  return {boards_[0], boards_[1], boards_[2], boards_[3], meta_, removed_};
}

std::string aside_key(std::string_view key, sys_time now) {
  return std::string{key} + ":foreign:" + std::to_string(to_micros(now));
}

std::string session_keys::session(std::string_view id) const {
  return prefix_ + std::string{id};
}

std::string session_keys::pattern() const {
  return escape_glob(prefix_) + "*";
}

std::string_view session_keys::id_of(std::string_view key) const {
  return key.substr(prefix_.size());
}

namespace alias_keys {

std::vector<std::string> records(alias_type type, std::span<const alias_record> aliases) {
  std::vector<std::string> out;
  out.reserve(aliases.size());
  for (const auto& record : aliases)
    out.push_back(alias_key(type, record.alias));
  return out;
}

std::vector<std::string> records(alias_type type, std::span<const std::string> aliases) {
  std::vector<std::string> out;
  out.reserve(aliases.size());
  for (const auto& alias : aliases)
    out.push_back(alias_key(type, alias));
  return out;
}

} // namespace alias_keys

namespace meta_field {

std::string expected(period p) {
  return "expected:" + std::string{to_string(p)};
}

std::string foreign(period p) {
  return "foreign:" + std::string{to_string(p)};
}

} // namespace meta_field

} // namespace standings
