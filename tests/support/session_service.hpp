#pragma once

#include "tests/support/raw_redis.hpp"
#include "tests/support/servers.hpp"
#include "tests/support/service_under_test.hpp"
#include "tests/support/session_texts.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <pqxx/pqxx>

#include <optional>
#include <stdexcept>

namespace standings::test {

/// The service on a private Redis and on SQLite or PostgreSQL, set up for session sync, with direct
/// access to both stores.
class session_service {
public:
  explicit session_service(bool postgres, const std::vector<std::string>& more = {}) {
    if (postgres)
      schema_.emplace();
    settings = {"cache.backend=redis", "cache.port=" + std::to_string(redis.port())};
    if (postgres)
      settings.insert(settings.end(),
                      {"database.backend=postgres", "database.url=" + schema_->url(),
                       "database.schema=" + schema_->name()});
    settings.insert(settings.end(), more.begin(), more.end());
  }

  /// Throws if the workers of session sync do not get their connections.
  void start() {
    if (running)
      running->start();
    else
      running = std::make_unique<service_under_test>(settings);
    const auto works = [&] {
      return status().at("worker_connected") == true && compared("in_sync") >= 0;
    };
    if (!eventually(works, std::chrono::seconds{20}))
      throw std::runtime_error("session sync does not start:\n" + running->log());
  }

  [[nodiscard]] raw_redis cli() const { return raw_redis{redis.port()}; }

  void write(const std::string& id, const std::string& text) const {
    cli().command({"SET", "session:" + id, text});
  }

  /// The only number that a query in the service's database returns; -1 if the query fails.
  [[nodiscard]] std::int64_t number(const std::string& sql) const {
    try {
      if (schema_) {
        pqxx::connection c{schema_->url()};
        return pqxx::nontransaction{c}.exec(sql)[0][0].as<std::int64_t>();
      }
      SQLite::Database db{running->database(), SQLite::OPEN_READONLY, 5'000};
      return db.execAndGet(sql).getInt64();
    } catch (const std::exception&) {
      return -1;
    }
  }

  /// Runs SQL in the service's database, behind its back.
  void exec(const std::string& sql) const {
    if (schema_) {
      pqxx::connection c{schema_->url()};
      pqxx::nontransaction{c}.exec(sql);
      return;
    }
    SQLite::Database{running->database(), SQLite::OPEN_READWRITE, 5'000}.exec(sql);
  }

  [[nodiscard]] std::int64_t rows(const std::string& table) const {
    return number("SELECT count(*) FROM " + table);
  }

  /// The number of rows in one of the service's own tables.
  [[nodiscard]] std::int64_t own_rows(const std::string& table) const {
    return rows((schema_ ? "" : "standings_") + table);
  }

  [[nodiscard]] boost::json::value status() const {
    return running->client().get("/api/v1/sync/status").json();
  }

  /// The number of sessions with this verdict.
  [[nodiscard]] std::int64_t compared(const std::string& verdict) const {
    auto client = running->client();
    std::int64_t count = 0;
    std::string cursor;
    do {
      const auto page =
          client.get("/api/v1/sync/sessions/compare?limit=200&cursor=" + encoded(cursor));
      if (page.status != 200)
        return -1;
      const auto body = page.json();
      count += body.at("counts").at(verdict).to_number<std::int64_t>();
      const auto& next = body.at("next_cursor");
      cursor = next.is_null() ? "" : next.as_string().c_str();
    } while (!cursor.empty());
    return count;
  }

  /// Whether the database has all of these sessions, unchanged, within `limit`.
  [[nodiscard]] bool arrive(std::int64_t sessions, std::int64_t messages,
                            std::chrono::milliseconds limit = std::chrono::seconds{20}) const {
    return eventually([&] { return rows("sessions") == sessions && rows("messages") == messages; },
                      limit);
  }

  redis_server redis;
  std::vector<std::string> settings;
  std::unique_ptr<service_under_test> running;

private:
  std::optional<postgres_schema> schema_;
};

/// Runs `suite` over both databases: the parameter is true for PostgreSQL.
#define STANDINGS_OVER_DATABASES(suite)                                                            \
  INSTANTIATE_TEST_SUITE_P(Databases, suite, testing::Bool(),                                      \
                           [](const auto& with) { return with.param ? "postgres" : "sqlite"; })

} // namespace standings::test
