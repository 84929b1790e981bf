#pragma once

#include "tests/support/http_client.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

/// Helpers for tests that use the API of the whole program.
namespace standings::test {

namespace json = boost::json;

inline const std::string api_root = "/api/redis-leaderboard";
inline const std::string database_root = "/api/leaderboard";
inline const std::string admin_root = api_root + "/admin";

inline const std::vector<std::string> period_names{"daily", "weekly", "monthly", "yearly"};

inline std::string user_path(const std::string& id) {
  return api_root + "/user/" + encoded(id);
}

/// The names of an object's members.
inline std::set<std::string> fields_of(const json::value& object) {
  std::set<std::string> out;
  for (const auto& member : object.as_object())
    out.insert(member.key());
  return out;
}

inline std::int64_t number(const json::value& object, const char* name) {
  return object.at(name).to_number<std::int64_t>();
}

inline std::string text(const json::value& object, const char* name) {
  return std::string{object.at(name).as_string()};
}

inline const std::set<std::string> details_fields{"user_id",      "daily_pomo",  "weekly_pomo",
                                                  "monthly_pomo", "yearly_pomo", "updated_at",
                                                  "cached_at",    "version"};

inline const std::set<std::string> entry_fields{
    "rank", "user_id", "score", "daily_pomo", "weekly_pomo", "monthly_pomo", "yearly_pomo"};

/// One line of a board.
struct standing {
  std::string user_id;
  std::int64_t score = 0;

  friend bool operator==(const standing&, const standing&) = default;
  friend std::ostream& operator<<(std::ostream& to, const standing& s) {
    return to << s.user_id << ": " << s.score;
  }
};

/// The whole board at `path`, page by page. Checks the ranks; a wrong one ends the board.
inline std::vector<standing> whole_board(http_client& client, const std::string& path) {
  std::vector<standing> out;
  for (;;) {
    const auto page = client.get(path + "?limit=1000&offset=" + std::to_string(out.size())).json();
    const auto& entries = page.at("entries").as_array();
    if (entries.empty())
      return out;
    for (const auto& entry : entries) {
      if (number(entry, "rank") != static_cast<std::int64_t>(out.size()) + 1)
        return out;
      out.push_back({text(entry, "user_id"), number(entry, "score")});
    }
  }
}

/// The answer of /admin/status.
inline json::value admin_status(http_client& client) {
  return client.get(admin_root + "/status").json();
}

} // namespace standings::test
