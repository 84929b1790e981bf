#include "tests/support/redis_cache_harness.hpp"
#include "tests/support/store_records.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

/// A Redis that refuses a command or a key.
class RedisProbe : public testing::Test {
protected:
  /// The state reported to a user with these rights.
  cache_state state_of(const redis_connection::arguments& rules) {
    harness.options().connection.username.clear(); // the default user, who may grant rights
    harness.options().connection.password.clear();
    redis_connection::arguments words{"ACL", "SETUSER", "app", "reset", "on", ">secret-word"};
    words.insert(words.end(), rules.begin(), rules.end());
    harness.command(words);
    return limited()->state().value();
  }

  rank_cache_ptr limited() {
    harness.options().connection.username = "app";
    harness.options().connection.password = "secret-word";
    return harness.open();
  }

  static std::string all(const std::vector<std::string>& lines) {
    std::string out;
    for (const auto& line : lines)
      out += line + "\n";
    return out;
  }

  test::redis_cache_harness harness;
};

TEST_F(RedisProbe, FindsNothingWhereAllIsAllowedAndChangesNothing) {
  const auto state = harness.open()->state().value();
  EXPECT_EQ(all(state.problems), "");
  EXPECT_EQ(all(state.notes), "");
  EXPECT_EQ(harness.command({"DBSIZE"}).integer(), 0);
}

TEST_F(RedisProbe, WorksWithTheRightsThatTheDocumentationNames) {
  const auto state = state_of({"~leaderboard:*", "~user:details:*", "~alias:*", "~cache:*",
                               "~session:*", "&*", "+@all", "-@admin", "-@dangerous", "+info"});
  EXPECT_EQ(all(state.problems), "");
  EXPECT_EQ(all(state.notes), "");
}

TEST_F(RedisProbe, NamesTheCommandThatAUserLacks) {
  for (const std::string name : {"zadd", "mset", "hset", "hdel", "evalsha", "eval", "unlink",
                                 "renamenx", "scan", "zrevrange", "zremrangebyrank"}) {
    const auto without = "-" + name;
    const auto problems = all(state_of({"~*", "&*", "+@all", without}).problems);
    auto upper = name;
    for (auto& c : upper)
      c = static_cast<char>(std::toupper(c));
    EXPECT_NE(problems.find(upper), std::string::npos) << name << ": " << problems;
    EXPECT_NE(problems.find("NOPERM"), std::string::npos) << problems;
    EXPECT_EQ(problems.find("secret-word"), std::string::npos);
  }
}

TEST_F(RedisProbe, NamesTheKeysThatAUserMayNotUse) {
  const auto problems = all(state_of({"~leaderboard:*", "&*", "+@all"}).problems);
  EXPECT_NE(problems.find("user:details:"), std::string::npos) << problems;
  EXPECT_EQ(problems.find("leaderboard:daily"), std::string::npos) << problems;
}

TEST_F(RedisProbe, TellsAUserWhoMayOnlyRead) {
  for (const auto* more : {"+info", "+@transaction"}) {
    const auto found = state_of({"~*", "&*", "+@read", "+@connection", "+info", more});
    const auto problems = all(found.problems);
    for (const auto* command : {"ZADD on leaderboard:daily", "HDEL on leaderboard:meta",
                                "SET on user:details:", "EVALSHA on leaderboard:meta"})
      EXPECT_NE(problems.find(command), std::string::npos) << more << ": " << problems;
  }
}

TEST_F(RedisProbe, ChangesNothingAlsoWhereThereAreNoTransactions) {
  harness.command({"ZADD", "leaderboard:daily", "5", "anna"});
  harness.command({"HSET", "leaderboard:meta", "generation", "g"});
  const auto found = state_of({"~*", "&*", "+@all", "-multi"});
  EXPECT_EQ(all(found.problems), "");
  EXPECT_NE(all(found.notes).find("MULTI"), std::string::npos);
  harness.options().connection.username.clear();
  harness.options().connection.password.clear();
  EXPECT_EQ(harness.command({"DBSIZE"}).integer(), 2);
  EXPECT_EQ(harness.command({"ZCARD", "leaderboard:daily"}).integer(), 1);
  EXPECT_EQ(harness.command({"HLEN", "leaderboard:meta"}).integer(), 1);
}

TEST_F(RedisProbe, AFailureSaysWhatWasDoneWhereWhyAndWhatToDo) {
  harness.command({"ACL", "SETUSER", "app", "reset", "on", ">secret-word", "~other:*", "+@all"});
  const auto why = limited()->find("anna").error();
  EXPECT_EQ(why.code, errc::store_unavailable);
  EXPECT_EQ(why.detail, "the cache refuses our user a command or a key");
  EXPECT_NE(why.cause.find("GET user:details:anna at 127.0.0.1:"), std::string::npos) << why.cause;
  EXPECT_NE(why.cause.find("NOPERM"), std::string::npos) << why.cause;
  EXPECT_NE(why.cause.find("ACL SETUSER"), std::string::npos) << why.cause;
  EXPECT_EQ(why.detail.find("127.0.0.1"), std::string::npos);
}

TEST_F(RedisProbe, AWrongPasswordIsNeverQuoted) {
  harness.options().connection.password = "secret-word";
  const auto why = harness.open()->state().error();
  EXPECT_EQ((why.detail + why.cause).find("secret-word"), std::string::npos) << why.cause;
  EXPECT_NE(why.cause.find("AUTH at "), std::string::npos) << why.cause;
}

TEST_F(RedisProbe, AServerThatIsNotThereIsNamedWithItsAddress) {
  harness.server().kill();
  const auto cache = harness.open();
  for (int i = 0; i < 2; ++i) { // the second is refused by the breaker
    const auto why = cache->state().error();
    EXPECT_NE(why.cause.find("127.0.0.1:" + std::to_string(harness.server().port())),
              std::string::npos)
        << why.cause;
    EXPECT_NE(why.cause.find("refused"), std::string::npos) << why.cause;
  }
}

/// A redis-server that was started with other options.
class OtherRedis : public testing::Test {
protected:
  failure failure_of(const std::vector<std::string>& options) {
    test::redis_server server{options};
    redis_cache_options with;
    with.connection.port = server.port();
    return make_redis_rank_cache(with)->state().error();
  }
};

TEST_F(OtherRedis, ANodeOfAClusterIsRefusedByName) {
  const auto bus = std::to_string(test::free_port());
  const auto why = failure_of({"--cluster-enabled", "yes", "--cluster-port", bus});
  EXPECT_EQ(why.detail, "the cache is a Redis Cluster, which is not supported");
  EXPECT_NE(why.cause.find("cluster-enabled"), std::string::npos);
}

TEST_F(OtherRedis, ARenamedCommandIsNamed) {
  test::redis_server server{{"--rename-command", "MSET", "\"\"", "--rename-command", "HSET", "x"}};
  redis_cache_options with;
  with.connection.port = server.port();
  const auto problems = make_redis_rank_cache(with)->state().value().problems;
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_NE((problems[0] + problems[1]).find("MSET on user:details:"), std::string::npos);
  EXPECT_NE((problems[0] + problems[1]).find("HSET on leaderboard:meta"), std::string::npos);
}

} // namespace
} // namespace standings
