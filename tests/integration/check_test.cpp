#include "tests/support/both_stores.hpp"
#include "tests/support/process.hpp"
#include "tests/support/raw_redis.hpp"
#include "tests/support/servers.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <filesystem>

namespace standings::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// `check` and `cache status` on PostgreSQL and Redis.
class CheckOfServers : public testing::Test {
protected:
  CheckOfServers() { raw_redis{redis.port()}.command({"CONFIG", "SET", "requirepass", "hunter2"}); }

  finished run_with(std::vector<std::string> arguments, const process::variables& environment) {
    arguments.insert(arguments.end(), {"--data-dir", data_dir});
    return run(STANDINGS_BINARY, arguments, environment);
  }

  finished run_on_servers(std::vector<std::string> arguments) {
    return run_with(std::move(arguments), {{"STANDINGS_DATABASE_BACKEND", "postgres"},
                                           {"DATABASE_URL", schema.url()},
                                           {"STANDINGS_DATABASE_SCHEMA", schema.name()},
                                           {"STANDINGS_CACHE_BACKEND", "redis"},
                                           {"STANDINGS_HTTP_PORT", "0"},
                                           {"REDIS_URL", "redis://:hunter2@" + redis_address()}});
  }

  [[nodiscard]] std::string redis_address() const {
    return "127.0.0.1:" + std::to_string(redis.port());
  }

  [[nodiscard]] int tables() const {
    return sql(schema.url(), "SELECT count(*) FROM pg_class c JOIN pg_namespace n"
                             " ON n.oid = c.relnamespace WHERE n.nspname = '"
                                 + schema.name() + "'")[0][0]
        .as<int>();
  }

  /// All that Redis keeps: keys, and the setting that the service changes when it serves.
  [[nodiscard]] std::string content_of_redis() const {
    raw_redis cli{redis.port()};
    cli.command({"AUTH", "hunter2"});
    return cli.word({"DBSIZE"})
           + cli.word({"EVAL",
                       "return redis.call('CONFIG', 'GET', "
                       "'notify-keyspace-events')[2]",
                       "0"});
  }

  const temp_dir dir;
  const std::string data_dir = dir / "data";
  postgres_schema schema;
  redis_server redis;
};

TEST_F(CheckOfServers, ChangesNothingInEmptyStores) {
  const auto before = content_of_redis();
  const auto checked = run_on_servers({"check"});
  EXPECT_EQ(checked.exit_code, 0) << checked.output << checked.error;
  EXPECT_THAT(checked.output,
              AllOf(HasSubstr("database: ok, postgres 127.0.0.1:"), HasSubstr("server 1"),
                    HasSubstr("our tables are not there yet, serve makes them"),
                    HasSubstr("the cache is Redis " + redis_address() + "/0, server ")));
  const auto status = run_on_servers({"cache", "status"});
  EXPECT_EQ(status.exit_code, 1) << "an empty cache is not complete";
  EXPECT_THAT(status.output, AllOf(HasSubstr("cache:       Redis " + redis_address()),
                                   HasSubstr("database:    0 users")));
  EXPECT_EQ(tables(), 0);
  EXPECT_EQ(content_of_redis(), before);
  EXPECT_FALSE(std::filesystem::exists(data_dir));
  for (const auto& text : {checked.output, checked.error, status.output, status.error})
    EXPECT_THAT(text, Not(HasSubstr("hunter2")));
}

TEST_F(CheckOfServers, TellsWhichMigrationsAreMissing) {
  ASSERT_EQ(run_on_servers({"cache", "init"}).exit_code, 0);
  EXPECT_THAT(run_on_servers({"check"}).output, HasSubstr(", schema up to date"));
  sql(schema.url(),
      "DELETE FROM " + schema.name() + ".schema_migrations WHERE name = '0010_request_keys.sql'");
  EXPECT_THAT(run_on_servers({"check"}).output, HasSubstr("; migrations pending: 1, serve"));
}

TEST_F(CheckOfServers, ADroppedLeaderboardTableIsAPendingMigration) {
  ASSERT_EQ(run_on_servers({"cache", "init"}).exit_code, 0);
  sql(schema.url(), "DROP TABLE " + schema.name() + ".pomo_leaderboard CASCADE");
  EXPECT_THAT(run_on_servers({"check"}).output, HasSubstr("; migrations pending: 1, serve"));
}

TEST_F(CheckOfServers, TheCacheStatusMakesNoFileOfSqlite) {
  const auto status =
      run_with({"cache", "status"}, {{"STANDINGS_CACHE_BACKEND", "redis"},
                                     {"REDIS_URL", "redis://:hunter2@" + redis_address()}});
  EXPECT_EQ(status.exit_code, 1);
  EXPECT_THAT(status.output, HasSubstr("database:    0 users"));
  EXPECT_FALSE(std::filesystem::exists(data_dir));
}

} // namespace
} // namespace standings::test
