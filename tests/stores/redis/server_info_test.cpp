#include "stores/redis/server_info.hpp"
#include "tests/support/raw_redis.hpp"
#include "tests/support/servers.hpp"

#include <gtest/gtest.h>

#include <array>

namespace standings {
namespace {

class RedisServerInfo : public testing::Test {
protected:
  server_info read(const redis_options& options) {
    constexpr std::array<std::string_view, 3> sections{"server", "commandstats", "memory"};
    auto c = redis_connection::open(options);
    return read_server_info(*c.value(), sections).value();
  }

  redis_options options() {
    redis_options out;
    out.port = server.port();
    return out;
  }

  test::redis_server server;
  test::raw_redis cli{server.port()};
};

TEST_F(RedisServerInfo, HasTheLinesOfAllSections) {
  cli.command({"FLUSHDB"});
  cli.command({"FLUSHDB"});
  cli.command({"CONFIG", "SET", "maxclients", "100"});
  const auto info = read(options());
  EXPECT_EQ(info.run_id().size(), 40U);
  EXPECT_EQ(info.text("redis_mode"), "standalone");
  EXPECT_EQ(info.calls("flushdb"), 2U);
  EXPECT_EQ(info.calls("flushall"), 0U);
  EXPECT_EQ(info.calls("config|set"), 1U);
  EXPECT_GT(info.number("used_memory"), 100'000U);
  EXPECT_FALSE(info.refusal().is_error());
}

TEST_F(RedisServerInfo, KnowsNoLineByAPartOfItsName) {
  const auto info = read(options());
  EXPECT_EQ(info.text("id"), "");
  EXPECT_EQ(info.text("used"), "");
  EXPECT_EQ(info.number("redis_mode"), 0U);
}

TEST_F(RedisServerInfo, IsEmptyWhereTheServerRefuses) {
  cli.command({"ACL", "SETUSER", "board", "on", ">pass", "~*", "&*", "+@all", "-info"});
  auto with = options();
  with.username = "board";
  with.password = "pass";
  const auto info = read(with);
  EXPECT_EQ(info.run_id(), "");
  EXPECT_TRUE(info.refusal().is_error());
}

} // namespace
} // namespace standings
