#pragma once

#include "core/leaderboard/score.hpp"
#include "messages/leaderboard.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace standings {

/// How GoogleTest shows a user.
inline void PrintTo(const user_record& user, std::ostream* out) {
  *out << user.user_id << " {" << user.score[0] << ", " << user.score[1] << ", " << user.score[2]
       << ", " << user.score[3] << "} at " << to_iso8601(user.updated_at) << " v" << user.version;
}

} // namespace standings

namespace standings::test {

inline std::vector<std::string> ids_of(const std::vector<user_record>& users) {
  std::vector<std::string> out;
  for (const auto& user : users)
    out.push_back(user.user_id);
  return out;
}

inline std::vector<std::string> ids_of(const std::vector<board_entry>& entries) {
  std::vector<std::string> out;
  for (const auto& e : entries)
    out.push_back(e.user.user_id);
  return out;
}

inline std::vector<std::int64_t> scores_of(const std::vector<board_entry>& entries) {
  std::vector<std::int64_t> out;
  for (const auto& e : entries)
    out.push_back(e.score);
  return out;
}

inline std::vector<std::uint64_t> ranks_of(const std::vector<board_entry>& entries) {
  std::vector<std::uint64_t> out;
  for (const auto& e : entries)
    out.push_back(e.rank);
  return out;
}

} // namespace standings::test
