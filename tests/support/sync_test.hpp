#pragma once

#include "tests/support/both_stores.hpp"
#include "tests/support/servers.hpp"
#include "tests/support/service_under_test.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace standings::test {

inline const std::string sync_root = "/api/periodic-sync";

/// Another program that changes users in Redis without the service.
class stranger {
public:
  explicit stranger(std::uint16_t port) : cli_(port) {}

  /// Writes a user as a Python script does: details without a version, and the boards.
  void write(const std::string& id, std::int64_t score,
             const std::string& updated_at = "2999-01-01T00:00:00+00:00") const {
    const auto s = std::to_string(score);
    cli_.command({"SET", "user:details:" + id,
                  R"({"user_id": ")" + id + R"(", "daily_pomo": )" + s + R"(, "weekly_pomo": )" + s
                      + R"(, "monthly_pomo": )" + s + R"(, "yearly_pomo": )" + s
                      + R"(, "updated_at": ")" + updated_at + R"(", "cached_at": ")" + updated_at
                      + R"("})"});
    for (const auto& name : board_names)
      cli_.command({"ZADD", "leaderboard:" + name, s, id});
  }

  void remove(const std::string& id) const {
    cli_.command({"DEL", "user:details:" + id});
    for (const auto& name : board_names)
      cli_.command({"ZREM", "leaderboard:" + name, id});
  }

  /// Removes the user and confirms that the deletion is intended.
  void remove_on_purpose(const std::string& id) const {
    remove(id);
    for (const auto& name : board_names)
      cli_.command({"HINCRBY", "leaderboard:meta", "expected:" + name, "-1"});
  }

  [[nodiscard]] const raw_redis& cli() const { return cli_; }

private:
  raw_redis cli_;
};

/// The service on PostgreSQL and Redis; it reconciles on request only.
class SyncTest : public testing::Test {
protected:
  explicit SyncTest(std::vector<std::string> more = {"reconcile.enabled=false",
                                                     "reconcile.incremental=false"},
                    const std::vector<std::string>& redis_options = {})
      : redis(redis_options), settings(production_settings(schema.url(), redis.port())) {
    settings.insert(settings.end(), more.begin(), more.end());
    service = std::make_unique<service_under_test>(settings);
  }

  static std::string user(int i) { return "user" + std::to_string(10'000 + i); }

  /// Creates users with a score each, through the API.
  void fill(int users, int from = 0) {
    auto client = service->client();
    for (int first = from; first < from + users; first += 500) {
      boost::json::array updates;
      for (int i = first; i < std::min(first + 500, from + users); ++i)
        updates.push_back(boost::json::object{{"user_id", user(i)}, {"count", i % 1'000 + 1}});
      const auto body = boost::json::serialize(boost::json::object{{"updates", updates}});
      ASSERT_EQ(client.post("/api/redis-leaderboard/update/batch", body).status, 200);
    }
  }

  /// Runs reconcile to its end, after one that is under way; the run has to complete.
  boost::json::object run(const std::string& body = "{}") {
    auto client = service->client();
    response answer;
    const auto begins = [&] {
      answer = client.post(sync_root + "/sync", body);
      return answer.status != 409;
    };
    eventually(begins, std::chrono::seconds{20});
    EXPECT_EQ(answer.status, 200) << answer.body << service->log();
    return answer.status == 200 ? answer.json().as_object() : boost::json::object{};
  }

  static std::int64_t count_of(const boost::json::object& run, const char* name) {
    return run.contains(name) ? run.at(name).to_number<std::int64_t>() : -1;
  }

  static bool held(const boost::json::object& run) {
    return run.contains("deletes_held") && run.at("deletes_held").as_bool();
  }

  boost::json::object status() {
    return service->client().get(sync_root + "/status").json().as_object();
  }

  [[nodiscard]] std::size_t rows() const { return counts_in_database(schema.url()).size(); }

  [[nodiscard]] std::int64_t row(const std::string& id) const {
    const auto all = counts_in_database(schema.url());
    const auto at = all.find(id);
    return at == all.end() ? -1 : at->second;
  }

  void expect_agreement() { expect_cache_equals_database(redis.port(), schema.url()); }

  [[nodiscard]] stranger other() const { return stranger{redis.port()}; }

  postgres_schema schema;
  redis_server redis;
  std::vector<std::string> settings;
  std::unique_ptr<service_under_test> service;
};

} // namespace standings::test
