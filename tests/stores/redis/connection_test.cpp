#include "stores/redis/connection.hpp"
#include "tests/support/redis_cache_harness.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

class RedisConnection : public testing::Test {
protected:
  redis_options options() {
    redis_options out;
    out.port = server.port();
    return out;
  }

  static std::unique_ptr<redis_connection> open(const redis_options& with) {
    return std::move(redis_connection::open(with).value());
  }

  test::redis_server server;
};

TEST_F(RedisConnection, AuthenticatesWithThePasswordAlone) {
  open(options())->command({"CONFIG", "SET", "requirepass", "right"}).value();
  auto with = options();
  EXPECT_FALSE(redis_connection::open(with));
  with.password = "wrong";
  EXPECT_EQ(redis_connection::open(with).error().code, errc::store_unavailable);
  EXPECT_EQ(redis_connection::open(with).error().detail.find("wrong"), std::string::npos);
  with.password = "right";
  EXPECT_TRUE(redis_connection::open(with));
}

TEST_F(RedisConnection, AuthenticatesAsAUser) {
  open(options())->command({"ACL", "SETUSER", "board", "on", ">right", "~*", "+@all"}).value();
  auto with = options();
  with.username = "board";
  with.password = "wrong";
  EXPECT_FALSE(redis_connection::open(with));
  with.password = "right";
  EXPECT_EQ(open(with)->command({"ACL", "WHOAMI"}).value().text(), "board");
}

TEST_F(RedisConnection, SelectsItsDatabase) {
  auto with = options();
  with.db = 3;
  open(with)->command({"SET", "key", "value"}).value();
  EXPECT_TRUE(open(options())->command({"GET", "key"}).value().is_nil());
  EXPECT_EQ(open(with)->command({"GET", "key"}).value().text(), "value");
  with.db = 1'000;
  EXPECT_FALSE(redis_connection::open(with));
}

TEST_F(RedisConnection, LooksAtEveryReplyOfAPipeline) {
  const auto c = open(options());
  const auto replies =
      c->pipeline({{"SET", "a", "1"}, {"INCR", "a"}, {"LPUSH", "a", "x"}, {"GET", "a"}});
  EXPECT_EQ(replies.error().detail, "a key of the cache holds another type");
  EXPECT_FALSE(c->broken());
  EXPECT_EQ(c->command({"GET", "a"}).value().text(), "2");
}

TEST_F(RedisConnection, TellsAServerThatIsNotThere) {
  const auto with = options();
  server.kill();
  EXPECT_EQ(redis_connection::open(with).error().code, errc::store_unavailable);
}

TEST_F(RedisConnection, IsBrokenOnceItsServerIsGone) {
  const auto c = open(options());
  server.kill();
  EXPECT_EQ(c->command({"PING"}).error().code, errc::store_unavailable);
  EXPECT_TRUE(c->broken());
}

} // namespace
} // namespace standings
