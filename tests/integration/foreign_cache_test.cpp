#include "tests/integration/api.hpp"
#include "tests/support/both_stores.hpp"
#include "tests/support/process.hpp"
#include "tests/support/servers.hpp"
#include "tests/support/service_under_test.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace standings::test {
namespace {

using testing::HasSubstr;

/// The program on a Redis that other programs use, too.
class ForeignCache : public testing::Test {
protected:
  finished run_command(std::vector<std::string> words, const process::variables& more = {}) {
    process::variables environment{
        {"STANDINGS_DATABASE_BACKEND", "postgres"},
        {"DATABASE_URL", schema.url()},
        {"STANDINGS_DATABASE_SCHEMA", schema.name()},
        {"STANDINGS_CACHE_BACKEND", "redis"},
        {"REDIS_URL", "redis://127.0.0.1:" + std::to_string(redis.port())}};
    environment.insert(more.begin(), more.end());
    const temp_dir dir;
    words.insert(words.end(), {"--data-dir", dir / "data"});
    return run(STANDINGS_BINARY, words, environment);
  }

  static std::string last_line(const std::string& text) {
    const auto end = text.find_last_not_of('\n');
    const auto start = text.rfind('\n', end);
    return text.substr(start + 1, end - start);
  }

  [[nodiscard]] raw_redis cli() const { return raw_redis{redis.port()}; }

  postgres_schema schema;
  redis_server redis;
};

TEST_F(ForeignCache, NoForeignScoreOrNameBreaksAnAnswer) {
  const service_under_test service{production_settings(schema.url(), redis.port())};
  auto client = service.client();
  for (const auto& board : board_names) {
    const auto key = "leaderboard:" + board;
    cli().command({"ZADD", key, "inf", "ann"});
    cli().command({"ZADD", key, "1e300", "\xff\xfe"});
    cli().command({"ZADD", key, "7.5", "ben"});
    cli().command({"ZADD", key, "-inf", "cy"});
  }
  for (const auto& board : board_names) {
    const auto answer = client.get(api_root + "/" + board + "?limit=10");
    ASSERT_EQ(answer.status, 200);
    const auto body = json::parse(answer.body);
    const auto& entries = body.at("entries").as_array();
    ASSERT_EQ(entries.size(), 3U) << answer.body;
    for (const auto& entry : entries)
      EXPECT_GE(number(entry, "score"), 0);
    EXPECT_EQ(number(entries[1], "rank"), 3);
    const auto rank = client.get(user_path("ben") + "/rank/" + board);
    ASSERT_EQ(rank.status, 200);
    EXPECT_EQ(number(json::parse(rank.body), "rank"), 3);
    EXPECT_EQ(number(json::parse(rank.body), "score"), 7);
    EXPECT_EQ(client.get(user_path("ben") + "/around/" + board).status, 200);
  }
  const auto status = client.get(admin_root + "/status");
  EXPECT_GE(number(json::parse(status.body), "foreign_members"), 8) << status.body;
}

TEST_F(ForeignCache, StatusSaysHowManyUsersAreMissingAndWhatToDo) {
  EXPECT_EQ(run_command({"cache", "init"}).exit_code, 0);
  EXPECT_EQ(run_command({"cache", "status"}).exit_code, 0);
  sql(schema.url(), "INSERT INTO pomo_leaderboard (user_id, yearly_pomo, updated_at, version) "
                    "SELECT 'user' || n, n, now(), n FROM generate_series(1, 300) n");
  const auto status = run_command({"cache", "status"});
  EXPECT_EQ(status.exit_code, 1);
  EXPECT_THAT(last_line(status.output),
              HasSubstr("300 users of the database are not in the cache: sync run"));
  EXPECT_EQ(run_command({"cache", "init", "--force-refresh"}).exit_code, 0);
  EXPECT_EQ(run_command({"cache", "status"}).exit_code, 0);
}

TEST_F(ForeignCache, CheckNamesTheCommandAndTheKeyThatAUserLacks) {
  const auto allowed = run_command({"check"});
  EXPECT_EQ(allowed.exit_code, 0) << allowed.output;
  const process::variables user{{"REDIS_USERNAME", "svc"}, {"REDIS_PASSWORD", "hunter2"}};
  cli().command({"ACL", "SETUSER", "svc", "on", ">hunter2", "+@all", "-@scripting", "~*", "&*"});
  auto done = run_command({"check"}, user);
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.output, HasSubstr("EVALSHA on leaderboard:meta"));
  EXPECT_THAT(done.output, HasSubstr("NOPERM"));
  cli().command({"ACL", "SETUSER", "svc", "reset", "on", ">hunter2", "+@all", "~other:*", "&*"});
  done = run_command({"check"}, user);
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.output, HasSubstr("leaderboard:"));
  EXPECT_THAT(done.output, HasSubstr("NOPERM"));
  EXPECT_THAT(done.output + done.error, testing::Not(HasSubstr("hunter2")));
}

TEST_F(ForeignCache, CheckSaysThatRedissLeadsToAPortWithoutTls) {
  const auto port = std::to_string(redis.port());
  const auto done =
      run_command({"check"}, {{"STANDINGS_CACHE_URL", "rediss://:hunter2@127.0.0.1:" + port}});
  EXPECT_NE(done.exit_code, 0);
  EXPECT_THAT(done.output, HasSubstr("TLS"));
  EXPECT_THAT(done.output, HasSubstr("see cache.tls.enabled"));
  EXPECT_THAT(done.output + done.error, testing::Not(HasSubstr("hunter2")));
}

TEST_F(ForeignCache, CheckSaysThatAClusterIsNotSupported) {
  const redis_server node{
      {"--cluster-enabled", "yes", "--cluster-port", std::to_string(free_port())}};
  const auto done = run_command(
      {"check"}, {{"STANDINGS_CACHE_URL", "redis://127.0.0.1:" + std::to_string(node.port())}});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.output, HasSubstr("Redis Cluster, which is not supported"));
}

} // namespace
} // namespace standings::test
