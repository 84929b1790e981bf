#pragma once

#include "tests/support/process.hpp"
#include "tests/support/raw_redis.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <pqxx/pqxx>

#include <map>
#include <regex>
#include <set>

/// The contents of PostgreSQL and Redis, read without the service.
namespace standings::test {

using counts = std::map<std::string, std::int64_t>;

inline const std::vector<std::string> board_names{"daily", "weekly", "monthly", "yearly"};

/// The schema that a postgres_schema's URL names, also for the service's bookkeeping, or by default
/// a private server's.
inline std::string schema_in(const std::string& url) {
  constexpr std::string_view mark = "search_path%3D";
  const auto at = url.find(mark);
  if (at == std::string::npos)
    return "standings";
  const auto first = at + mark.size();
  return url.substr(first, url.find_first_of("&%", first) - first);
}

inline std::vector<std::string> production_settings(const std::string& url, std::uint16_t redis) {
  return {"database.backend=postgres", "database.url=" + url, "database.schema=" + schema_in(url),
          "cache.backend=redis", "cache.port=" + std::to_string(redis)};
}

inline pqxx::result sql(const std::string& url, const std::string& text) {
  pqxx::connection c{url};
  return pqxx::nontransaction{c}.exec(text);
}

/// Every user's yearly score in the database.
inline counts counts_in_database(const std::string& url) {
  counts out;
  for (const auto& row : sql(url, "SELECT user_id, yearly_pomo FROM pomo_leaderboard"))
    out[row[0].c_str()] = row[1].as<std::int64_t>();
  return out;
}

namespace detail {

using rows = std::map<std::string, boost::json::object>;

/// The rows in the form that the cached details should have, without `cached_at`.
inline rows rows_of(const std::string& url) {
  rows out;
  for (const auto& row :
       sql(url, "SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, version,"
                " to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                " FROM pomo_leaderboard")) {
    boost::json::object user{{"user_id", row[0].c_str()},
                             {"version", row[5].as<std::int64_t>()},
                             {"updated_at", row[6].c_str()}};
    for (int i = 0; i < 4; ++i)
      user[board_names[static_cast<std::size_t>(i)] + "_pomo"] = row[1 + i].as<std::int64_t>();
    out.emplace(row[0].c_str(), std::move(user));
  }
  return out;
}

inline std::string board_difference(const raw_redis& redis, const rows& expected,
                                    const std::string& name) {
  const auto key = "leaderboard:" + name;
  const auto flat = redis.command({"ZRANGE", key, "0", "-1", "WITHSCORES"});
  counts board;
  for (std::size_t i = 0; i + 1 < flat.size(); i += 2)
    board[flat[i]] = std::stoll(flat[i + 1]);
  for (const auto& [id, user] : expected) {
    const auto at = board.find(id);
    if (at == board.end())
      return key + " lacks " + id;
    if (user.at(name + "_pomo") != at->second)
      return key + " has " + id + " with " + std::to_string(at->second) + ", the row is "
             + boost::json::serialize(user);
  }
  return board.size() == expected.size() ? "" : key + " has users that the database lacks";
}

inline std::string details_difference(const raw_redis& redis, const rows& expected) {
  static const std::regex iso{R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)"};
  if (expected.empty())
    return {};
  std::vector<std::string> words{"MGET"};
  for (const auto& [id, user] : expected)
    words.push_back("user:details:" + id);
  const auto texts = redis.command(words);
  std::size_t i = 0;
  for (const auto& [id, user] : expected) {
    const auto& text = texts.at(i++);
    boost::system::error_code error;
    auto details = boost::json::parse(text, error);
    if (error || !details.is_object())
      return "user:details:" + id + " is " + text;
    const auto* cached_at = details.as_object().if_contains("cached_at");
    if (!cached_at || !cached_at->is_string()
        || !std::regex_match(std::string{cached_at->as_string()}, iso))
      return "user:details:" + id + " has no cached_at: " + text;
    details.as_object().erase("cached_at");
    if (details.as_object() != user)
      return "user:details:" + id + " is " + text + ", the row is " + boost::json::serialize(user);
  }
  return {};
}

} // namespace detail

/// The first difference between cache and database. Empty if every user has the same scores,
/// version and time in both, and neither has another user.
inline std::string cache_difference(std::uint16_t redis_port, const std::string& url) {
  const raw_redis redis{redis_port};
  const auto expected = detail::rows_of(url);
  if (redis.word({"HGET", "leaderboard:meta", "generation"}) == "(nil)")
    return "the cache is not complete";
  for (const auto& name : board_names)
    if (auto different = detail::board_difference(redis, expected, name); !different.empty())
      return different;
  if (auto different = detail::details_difference(redis, expected); !different.empty())
    return different;
  std::set<std::string> keys;
  for (const auto& key : redis.command({"KEYS", "user:details:*"}))
    keys.insert(key.substr(std::string{"user:details:"}.size()));
  return keys.size() == expected.size() ? "" : "details of users that the database lacks";
}

/// Expects cache and database to agree user by user within `limit`.
inline void expect_cache_equals_database(std::uint16_t redis_port, const std::string& url,
                                         std::chrono::milliseconds limit = std::chrono::seconds{
                                             10}) {
  std::string different;
  const auto same = [&] {
    try {
      different = cache_difference(redis_port, url);
    } catch (const std::exception& e) {
      different = e.what();
    }
    return different.empty();
  };
  EXPECT_TRUE(eventually(same, limit)) << different;
}

} // namespace standings::test
