#include "tests/http/server/framings.hpp"
#include "tests/http/stub_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace standings::test {
namespace {

TEST(Framings, AreJudgedByTheStandard) {
  const stub_server server;
  const auto all = framings();
  EXPECT_GE(all.size(), 80U);
  for (const auto& one : all) {
    SCOPED_TRACE(one.name);
    auto c = server.connect();
    if (one.verdict == verdict_of_rfc::request) {
      EXPECT_EQ(c.ask(one.bytes).status, 200);
      EXPECT_EQ(c.ask(get_request("/item/next")).body, "next");
      continue;
    }
    const auto answer = c.ask(one.bytes + smuggled_request());
    EXPECT_EQ(answer.status, 400) << answer.body;
    EXPECT_EQ(answer.problem_code(), "malformed");
    EXPECT_EQ(answer.header("connection"), "close");
    EXPECT_TRUE(c.closes());
    EXPECT_EQ(server.smuggled, 0);
  }
}

/// Who sends them waits for an answer, for they have no end that a head has.
TEST(Framings, ThatCannotBecomeARequestAreRefusedAtOnce) {
  using namespace std::string_literals;
  auto limits = stub_server::four_loops();
  limits.limits.request_timeout = std::chrono::minutes{1};
  const stub_server server{limits};
  for (const auto& bytes :
       {"GET /item/1\r\n"s, "SSH-2.0-OpenSSH_9.2\r\n"s, "\x16\x03\x01\x02\x00\x01"s,
        std::string(64, '\0'), "GET /item/1 HTTP/1.1\nHost: a\n\n"s,
        "GET /item/1 HTTP/1.1\r\nHost: a\r\n\n"s, "GET /item/1 HTTP/1.1\r\nHost: a\n\r\n"s,
        "GET /item/1 HTTP/1.1\rHost: a\r\r"s, "GET /item/1 HTTP/1.1\r\nHost: a\x01"s, "\n"s}) {
    auto c = server.connect();
    const auto answer = c.ask(bytes);
    EXPECT_EQ(answer.status, 400) << bytes;
    EXPECT_EQ(answer.header("connection"), "close") << bytes;
    EXPECT_TRUE(c.closes()) << bytes;
  }
}

TEST(Framings, AnEmptyLineBehindARequestIsNone) {
  auto limits = stub_server::four_loops();
  limits.limits.request_timeout = std::chrono::milliseconds{100};
  const stub_server server{limits};
  auto c = server.connect();
  EXPECT_EQ(c.ask(get_request("/item/1") + "\r\n").body, "1");
  std::this_thread::sleep_for(std::chrono::milliseconds{300});
  EXPECT_EQ(c.ask(get_request("/item/2")).body, "2") << "no request was begun";
  EXPECT_EQ(c.ask(get_request("/item/3") + "\r\n").body, "3");
  c.shut_write();
  EXPECT_TRUE(c.closes()) << "without another answer";
  auto cut = server.connect();
  EXPECT_EQ(cut.ask(get_request("/item/4") + "\r").body, "4");
  EXPECT_EQ(cut.ask("\n" + get_request("/item/5")).body, "5");
}

TEST(Framings, OptionsOfTheServerAsAWholeAreAnswered) {
  const stub_server server;
  auto c = server.connect();
  const auto told = c.ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(told.status, 204);
  EXPECT_EQ(told.header("allow"), "GET, HEAD, POST, PUT, DELETE, OPTIONS");
  EXPECT_EQ(c.ask(get_request("/item/1")).body, "1");
}

TEST(Framings, AMethodThatNobodyKnowsIsOneThatIsNotAllowed) {
  const stub_server server;
  auto c = server.connect();
  for (const auto* method : {"QUERY", "PROPFIND", "get", "BREW!"}) {
    const auto answer = c.ask(std::string{method} + " /item/1 HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_NE(answer.header("allow"), "") << method;
  }
  EXPECT_EQ(c.ask(get_request("/item/1")).body, "1");
}

} // namespace
} // namespace standings::test
