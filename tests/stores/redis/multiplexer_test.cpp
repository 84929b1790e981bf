#include "stores/redis/multiplexer.hpp"
#include "tests/support/loop_driven_cache.hpp"
#include "tests/support/servers.hpp"
#include "tests/support/tls_redis.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

namespace standings::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using arguments = redis_calls::arguments;
using reply_or_failure = result<redis_reply>;

/// Calls of several coroutines on one loop.
class Multiplexer : public testing::Test {
protected:
  void connect(redis_options options) {
    options.command_timeout = timeout;
    calls.emplace(
        loop, opener,
        [this, options] {
          ++opened;
          return redis_connection::open(options);
        },
        options, milliseconds{50});
  }

  void SetUp() override {
    redis_options options;
    options.port = redis.port();
    connect(options);
  }

  void TearDown() override {
    calls->end();
    opener.join();
    loop.restart();
    loop.poll();
  }

  /// Starts a call; its outcome is added to `got`.
  detached start(std::string a, std::string b) {
    arguments words{a, b};
    auto reply = co_await calls->command(std::move(words));
    got.push_back(std::move(reply));
  }

  detached start(std::string a, std::string b, std::string c) {
    arguments words{a, b, c};
    auto reply = co_await calls->command(std::move(words));
    got.push_back(std::move(reply));
  }

  void await(std::size_t n) {
    const auto until = std::chrono::steady_clock::now() + seconds{10};
    while (got.size() < n && std::chrono::steady_clock::now() < until)
      loop.run_one_for(milliseconds{50});
    ASSERT_EQ(got.size(), n);
  }

  milliseconds timeout{300};
  redis_server redis{{"--enable-debug-command", "yes"}};
  boost::asio::io_context loop{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
      loop.get_executor()};
  boost::asio::thread_pool opener{1};
  std::optional<redis_multiplexer> calls;
  std::atomic<int> opened = 0;
  std::vector<reply_or_failure> got;
};

TEST_F(Multiplexer, SharesOneConnectionAndKeepsTheRepliesApart) {
  for (int i = 0; i < 500; ++i)
    start("ECHO", std::to_string(i));
  await(500);
  for (std::size_t i = 0; i < 500; ++i)
    EXPECT_EQ(got[i].value().text(), std::to_string(i));
  EXPECT_EQ(opened, 1);
}

TEST_F(Multiplexer, GivesAnErrorToItsOwnCallOnly) {
  start("SET", "text", "x");
  await(1);
  start("ECHO", "before");
  start("LLEN", "text");
  start("ECHO", "after");
  await(4);
  EXPECT_EQ(got[1].value().text(), "before");
  ASSERT_FALSE(got[2]);
  EXPECT_EQ(got[2].error().code, errc::store_unavailable);
  EXPECT_NE(got[2].error().cause.find("LLEN text"), std::string::npos);
  EXPECT_EQ(got[3].value().text(), "after");
}

TEST_F(Multiplexer, SendsTheTextOfAScriptThatTheServerDoesNotKnow) {
  const script_source what{"double", "0123456789012345678901234567890123456789",
                           "return {KEYS[1], ARGV[1]}"};
  for (int i = 0; i < 2; ++i) {
    const auto reply = run_until_done(loop, calls->script(what, {"k"}, {"v"}));
    EXPECT_EQ((*reply)[0].text(), "k");
    EXPECT_EQ((*reply)[1].text(), "v");
  }
}

TEST_F(Multiplexer, ReturnsAllRepliesOfAPipeline) {
  const auto replies =
      run_until_done(loop, calls->pipeline({{"SET", "a", "1"}, {"GET", "a"}, {"GET", "missing"}}));
  ASSERT_EQ(replies->size(), 3U);
  EXPECT_EQ((*replies)[1].text(), "1");
  EXPECT_TRUE((*replies)[2].is_nil());
  EXPECT_FALSE(run_until_done(loop, calls->pipeline({{"SET", "a", "1"}, {"LLEN", "a"}})));
  start("ECHO", "still");
  await(1);
  EXPECT_EQ(got[0].value().text(), "still");
}

class MultiplexerOfLargeTexts : public Multiplexer {
protected:
  MultiplexerOfLargeTexts() { timeout = seconds{10}; }
};

TEST_F(MultiplexerOfLargeTexts, CarriesMoreThanTheSocketsHold) {
  const std::string large(2 << 20, 'x');
  for (int i = 0; i < 8; ++i)
    start("ECHO", large);
  await(8);
  for (const auto& each : got)
    EXPECT_EQ(each.value().text().size(), large.size());
}

TEST_F(Multiplexer, TellsAllThatWaitWhenTheServerHasGone) {
  start("ECHO", "here");
  await(1);
  redis.signal(SIGSTOP);
  for (int i = 0; i < 10; ++i)
    start("ECHO", "lost");
  loop.run_one_for(milliseconds{50});
  redis.kill();
  await(11);
  for (std::size_t i = 1; i < 11; ++i)
    EXPECT_EQ(got[i].error().code, errc::store_unavailable);
}

TEST_F(Multiplexer, FailsAtOnceWhileTheServerIsAwayAndComesBackWithIt) {
  start("ECHO", "here");
  await(1);
  redis.kill();
  start("ECHO", "lost");
  await(2);
  EXPECT_FALSE(got[1]);
  for (int i = 0; i < 50; ++i)
    start("ECHO", "away");
  await(52);
  EXPECT_LE(opened, 3) << "one of them probes";
  redis.start();
  const auto until = std::chrono::steady_clock::now() + seconds{10};
  for (auto n = got.size(); !got.back() && std::chrono::steady_clock::now() < until;) {
    start("ECHO", "again");
    await(++n);
  }
  EXPECT_EQ(got.back().value().text(), "again");
}

TEST_F(Multiplexer, ServesAllAfterTheServerHasClosedAnIdleConnection) {
  start("ECHO", "here");
  await(1);
  redis_options options;
  options.port = redis.port();
  auto other = redis_connection::open(options).value();
  other->command({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"}).value();
  loop.run_for(milliseconds{50});
  for (int i = 0; i < 10; ++i)
    start("ECHO", "again");
  await(11);
  for (std::size_t i = 1; i < 11; ++i)
    EXPECT_EQ(got[i].value().text(), "again");
}

TEST_F(Multiplexer, KeepsAConnectionThatIsBusyForLongerThanACommandMayTake) {
  TearDown();
  redis_options options;
  options.port = redis.port();
  boost::asio::thread_pool own{1};
  calls.emplace(
      loop, own, [options] { return redis_connection::open(options); }, options);
  for (int i = 0; i < 200; ++i) // 1.6 s in all, and a command may take 1 s
    start("DEBUG", "SLEEP", "0.008");
  start("ECHO", "last");
  await(201);
  for (std::size_t i = 0; i < 200; ++i)
    EXPECT_TRUE(got[i]) << i;
  EXPECT_EQ(got[200].value().text(), "last");
  calls->end();
  own.join();
}

TEST_F(Multiplexer, EndsAConnectionThatDoesNotAnswerInTime) {
  start("ECHO", "here");
  await(1);
  redis.signal(SIGSTOP);
  start("ECHO", "silent");
  await(2);
  redis.signal(SIGCONT);
  ASSERT_FALSE(got[1]);
  EXPECT_NE(got[1].error().detail.find("does not answer in time"), std::string::npos);
}

TEST_F(Multiplexer, TellsThoseThatWaitWhenItEnds) {
  start("ECHO", "never sent");
  calls->end();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].error().code, errc::shutting_down);
  start("ECHO", "too late");
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[1].error().code, errc::shutting_down);
}

TEST_F(Multiplexer, SpeaksTls) {
  const tls_redis secure;
  TearDown();
  connect(secure.options());
  boost::asio::thread_pool own{1};
  redis_multiplexer over{loop, own, [&] { return redis_connection::open(secure.options()); },
                         secure.options()};
  const std::string large(1 << 20, 'x');
  const std::string small = "y";
  for (int i = 0; i < 3; ++i) {
    const auto replies =
        run_until_done(loop, over.pipeline({{"ECHO", large}, {"ECHO", small}, {"ECHO", large}}));
    ASSERT_EQ(replies->size(), 3U);
    EXPECT_EQ((*replies)[0].text(), large);
    EXPECT_EQ((*replies)[1].text(), small);
    EXPECT_EQ((*replies)[2].text(), large);
  }
  over.end();
  own.join();
}

} // namespace
} // namespace standings::test
