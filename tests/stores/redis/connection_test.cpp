#include "stores/redis/connection.hpp"
#include "tests/support/redis_cache_harness.hpp"
#include "tests/support/stub_server.hpp"
#include "tests/support/tls_redis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

namespace standings {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

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

TEST_F(RedisConnection, TellsAServerThatDoesNotAnswer) {
  auto with = options();
  with.command_timeout = 50ms;
  const auto c = open(with);
  server.signal(SIGSTOP);
  const auto why = c->command({"GET", "key"}).error();
  EXPECT_EQ(why.detail, "the cache does not answer in time");
  EXPECT_EQ(why.cause, "GET key at " + address_of(with) + ": no answer within 50 ms");
  EXPECT_TRUE(c->broken());
  server.signal(SIGCONT);
  EXPECT_FALSE(c->command({"GET", "key"})) << "its late answer is nobody's";
}

TEST_F(RedisConnection, TellsAServerThatReadsNothing) {
  auto with = options();
  with.command_timeout = 50ms;
  const auto c = open(with);
  server.signal(SIGSTOP);
  const std::string large(50'000'000, 'x');
  EXPECT_EQ(c->command({"SET", "key", large}).error().detail, "the cache does not answer in time");
  server.signal(SIGCONT);
}

TEST(RedisConnectionTo, AServerThatSendsAByteNowAndThenHoldsNoThread) {
  const test::stub_server dripping{[&](int client) {
    test::stub_server::say(client, "$1000000\r\n");
    while (test::stub_server::say(client, "x"))
      std::this_thread::sleep_for(2ms);
  }};
  redis_options with;
  with.port = dripping.port();
  with.command_timeout = 50ms;
  EXPECT_EQ(redis_connection::open(with).error().detail, "the cache does not answer in time");
}

TEST(RedisConnectionTo, AServerThatHangsUpHasItsLastWord) {
  const test::stub_server full{[](int client) {
    test::stub_server::say(client, "-ERR max number of clients reached\r\n");
  }};
  redis_options with;
  with.port = full.port();
  EXPECT_EQ(redis_connection::open(with).error().detail, "the cache takes no more connections");
}

TEST(RedisConnectionTo, AServerThatReadsNoMoreUntilItsRepliesAreTakenIsNoDeadlock) {
  constexpr std::size_t size = 20'000'000;
  const test::stub_server echo{[](int client) {
    std::vector<char> buffer(1 << 16);
    for (;;) { // blocks in send, as long as its client does not read
      const auto n = ::recv(client, buffer.data(), buffer.size(), 0);
      if (n <= 0
          || !test::stub_server::say_all(client, {buffer.data(), static_cast<std::size_t>(n)}))
        return;
    }
  }};
  // the commands come back as they are: arrays, which are replies as well
  redis_options with;
  with.port = echo.port();
  const auto c = std::move(redis_connection::open(with).value());
  const std::string large(size, 'x');
  const auto reply = c->command({"ECHO", large}).value();
  EXPECT_EQ(reply[1].text().size(), size);
}

TEST(RedisConnectionTo, AnHttpServerIsNoRedis) {
  const test::stub_server http{[](int client) {
    test::stub_server::say(client, "HTTP/1.1 400 Bad Request\r\n\r\n");
  }};
  redis_options with;
  with.port = http.port();
  const auto why = redis_connection::open(with).error();
  EXPECT_EQ(why.detail, "what answers there is no Redis");
  EXPECT_THAT(why.cause, HasSubstr("PING at 127.0.0.1:"));
}

/// The same over TCP and over TLS.
class RedisConnectionOver : public testing::TestWithParam<bool> {
protected:
  [[nodiscard]] redis_options options() const {
    auto out = redis.options();
    if (!GetParam()) {
      out.tls = {};
      out.port = redis.server().port();
    }
    return out;
  }

  test::tls_redis redis;
};

INSTANTIATE_TEST_SUITE_P(Transport, RedisConnectionOver, testing::Bool(),
                         [](const auto& with) { return with.param ? "tls" : "tcp"; });

TEST_P(RedisConnectionOver, LargePipelinesFlowBothWaysAtOnce) {
  const auto c = std::move(redis_connection::open(options()).value());
  std::vector<std::string> values;
  std::vector<redis_connection::arguments> commands;
  for (int i = 0; i < 300; ++i)
    values.push_back(std::to_string(i) + std::string(100'000, 'x'));
  for (const auto& value : values)
    commands.push_back({"ECHO", value});
  const auto replies = c->exchange(commands).value();
  ASSERT_EQ(replies.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_TRUE(replies[i].text() == values[i]) << i;
  EXPECT_EQ(c->command({"PING"}).value().text(), "PONG");
}

TEST_P(RedisConnectionOver, LargeRepliesAndLargeCommandsAlternate) {
  const auto c = std::move(redis_connection::open(options()).value());
  const std::string value(8'000'000, 'x');
  EXPECT_TRUE(c->command({"SET", "key", value}));
  std::vector<redis_connection::arguments> commands;
  for (int i = 0; i < 10; ++i) {
    commands.push_back({"GET", "key"});
    commands.push_back({"SET", "key", value});
  }
  const auto replies = c->pipeline(commands).value();
  EXPECT_EQ(replies.size(), 20U);
  EXPECT_EQ(replies[18].text().size(), value.size());
}

TEST_P(RedisConnectionOver, ALostServerLeavesTheRepliesBefore) {
  const auto c = std::move(redis_connection::open(options()).value());
  const auto results = c->pipeline_each({{"SET", "a", "1"}, {"QUIT"}, {"GET", "a"}});
  ASSERT_EQ(results.size(), 3U);
  EXPECT_TRUE(results[0] && results[1]);
  EXPECT_EQ(results[2].error().detail, "the connection to the cache was lost");
  EXPECT_THAT(results[2].error().cause, HasSubstr("GET a at 127.0.0.1:"));
}

TEST_P(RedisConnectionOver, PushedReturnsWhatHasArrived) {
  const auto c = std::move(redis_connection::open(options()).value());
  const auto other = std::move(redis_connection::open(options()).value());
  EXPECT_TRUE(c->send({"SUBSCRIBE", "news"}));
  std::vector<redis_reply> got;
  const auto gather = [&](std::size_t count) {
    while (got.size() < count) {
      const auto some = c->pushed(5s, 10).value();
      EXPECT_LE(some.size(), 10U);
      got.insert(got.end(), some.begin(), some.end());
    }
  };
  gather(1);
  EXPECT_TRUE(c->pushed(0ms, 10).value().empty());
  const std::string large(100'000, 'x');
  for (int i = 0; i < 30; ++i)
    EXPECT_EQ(other->command({"PUBLISH", "news", i == 15 ? large : "x"}).value().integer(), 1);
  gather(31);
  EXPECT_EQ(got[16][2].text().size(), large.size());
  EXPECT_EQ(got.back()[2].text(), "x");
  redis.server().kill();
  auto end = c->pushed(5s, 10);
  while (end)
    end = c->pushed(5s, 10);
  EXPECT_EQ(end.error().detail, "the connection to the cache was lost");
}

} // namespace
} // namespace standings
