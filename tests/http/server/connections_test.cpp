#include "tests/http/stub_server.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

std::string item(int i, const std::string& headers = {}) {
  return get_request("/item/" + std::to_string(i), headers);
}

TEST(Connection, ServesOneRequestAfterTheOther) {
  const stub_server server;
  auto c = server.connect();
  for (int i = 0; i < 2'000; ++i) {
    const auto answer = c.ask(item(i));
    ASSERT_EQ(answer.status, 200) << i;
    ASSERT_EQ(answer.body, std::to_string(i));
    ASSERT_EQ(answer.header("connection"), "");
  }
}

TEST(Connection, AnswersPipelinedRequestsInOrder) {
  const stub_server server;
  auto c = server.connect();
  std::string all;
  for (int i = 0; i < 500; ++i)
    all += i % 2 == 0 ? item(i) : post_request("/echo", std::to_string(i));
  std::thread sender{[&] {
    c.send(all);
  }};
  for (int i = 0; i < 500; ++i)
    EXPECT_EQ(c.read().body, std::to_string(i));
  sender.join();
}

TEST(Connection, TakesARequestByteByByte) {
  const stub_server server;
  auto c = server.connect();
  for (const char byte : post_request("/echo", "{}"))
    ASSERT_TRUE(c.send({&byte, 1}));
  EXPECT_EQ(c.read().body, "{}");
}

TEST(Connection, SurvivesAnswersOfEveryKindButRefusedBodies) {
  const stub_server server;
  auto c = server.connect();
  EXPECT_EQ(c.ask(get_request("/nowhere")).problem_code(), "unknown_route");
  EXPECT_EQ(c.ask(get_request("/echo")).problem_code(), "method_not_allowed");
  EXPECT_EQ(c.ask(get_request("/throws")).problem_code(), "internal");
  EXPECT_EQ(c.ask(item(1)).body, "1");
}

TEST(Connection, ClosesWhenTheClientWantsIt) {
  const stub_server server;
  for (const auto* how : {"close", "Close", "CLOSE", "TE, close"}) {
    auto c = server.connect();
    const auto answer = c.ask(item(1, std::string{"Connection: "} + how + "\r\n"));
    EXPECT_EQ(answer.body, "1") << how;
    EXPECT_EQ(answer.header("connection"), "close") << how;
    EXPECT_TRUE(c.closes()) << how;
  }
}

TEST(Connection, ClosesAfterAnHttp10Answer) {
  const stub_server server;
  auto c = server.connect();
  EXPECT_EQ(c.ask("GET /item/1 HTTP/1.0\r\n\r\n").body, "1");
  EXPECT_TRUE(c.closes());
}

TEST(Connection, StaysForAnHttp10ClientThatAsks) {
  const stub_server server;
  auto c = server.connect();
  for (int i = 0; i < 3; ++i) {
    const auto answer = c.ask("GET /item/1 HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    EXPECT_EQ(answer.body, "1");
    EXPECT_EQ(answer.header("connection"), "keep-alive");
  }
}

TEST(Connection, ClosesWhenItHasBeenIdleForLong) {
  auto limits = stub_server::four_loops();
  limits.idle_timeout = std::chrono::milliseconds{200};
  const stub_server server{limits};
  auto unused = server.connect();
  auto used = server.connect();
  EXPECT_EQ(used.ask(item(1)).body, "1");
  EXPECT_TRUE(unused.closes());
  EXPECT_TRUE(used.closes());
}

TEST(Connection, AnswersHeadAsGetWithoutTheBody) {
  const stub_server server;
  auto c = server.connect();
  ASSERT_TRUE(c.send("HEAD /item/1234 HTTP/1.1\r\nHost: a\r\n\r\n" + item(7)));
  const auto head = c.read(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-length"), "4");
  EXPECT_EQ(c.read().body, "7") << "the next answer follows at once";
}

TEST(Connection, AnswersHeadOfWhatIsNotThere) {
  const stub_server server;
  auto c = server.connect();
  ASSERT_TRUE(c.send("HEAD /nowhere HTTP/1.1\r\nHost: a\r\n\r\n" + item(7)));
  EXPECT_EQ(c.read(true).status, 404);
  EXPECT_EQ(c.read().body, "7");
}

TEST(Connection, GivesEachAnswerARequestId) {
  const stub_server server;
  auto c = server.connect();
  EXPECT_EQ(c.ask(item(1, "X-Request-Id: mine-1\r\n")).header("x-request-id"), "mine-1");
  const auto first = c.ask(item(1)).header("x-request-id");
  const auto second = c.ask(item(1)).header("x-request-id");
  EXPECT_EQ(first.size(), 16U);
  EXPECT_NE(first, second);
  EXPECT_NE(c.ask(item(1, "X-Request-Id: a b\r\n")).header("x-request-id"), "a b");
}

TEST(Connection, IgnoresRanges) {
  const stub_server server;
  for (const auto* range : {"bytes=0-0", "bytes=0-0,1-1", "bytes=-1", "bytes=9-"}) {
    const auto answer = server.ask(item(1234, std::string{"Range: "} + range + "\r\n"));
    EXPECT_EQ(answer.status, 200) << range;
    EXPECT_EQ(answer.body, "1234") << range;
  }
}

TEST(Connection, CarriesAnswersLargerThanItsBuffers) {
  const stub_server server;
  auto c = server.connect();
  const auto answer = c.ask(get_request("/large"));
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(answer.body.size(), 8U << 20);
  EXPECT_EQ(c.ask(item(1)).body, "1");
}

TEST(Connection, AnswersWhatFollowsALargeAnswerInThePipeline) {
  const stub_server server;
  auto c = server.connect();
  std::thread sender{[&] {
    c.send(get_request("/large") + item(1) + get_request("/large") + item(2) + item(3));
  }};
  EXPECT_EQ(c.read().body.size(), 8U << 20);
  EXPECT_EQ(c.read().body, "1");
  EXPECT_EQ(c.read().body.size(), 8U << 20);
  EXPECT_EQ(c.read().body, "2");
  EXPECT_EQ(c.read().body, "3");
  sender.join();
}

TEST(Connection, AnswersMoreMiddlingRequestsThanItHandlesInATurn) {
  const stub_server server;
  auto c = server.connect();
  const std::string body(3'000, 'x');
  std::string all;
  for (int i = 0; i < 200; ++i)
    all += post_request("/echo", body);
  std::thread sender{[&] {
    c.send(all + item(7));
  }};
  for (int i = 0; i < 200; ++i)
    ASSERT_EQ(c.read().body, body) << i;
  EXPECT_EQ(c.read().body, "7");
  sender.join();
}

TEST(Connection, ToldOfADefectSaysNothingOfItsCause) {
  const stub_server server;
  const auto answer = server.ask(get_request("/throws"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.problem_code(), "internal");
  EXPECT_EQ(answer.body.find("password"), std::string::npos);
}

TEST(Connection, OfAnAdminNeedsTheToken) {
  const stub_server server{stub_server::four_loops(), "s3cr3t"};
  auto c = server.connect();
  const auto refused = c.ask(post_request("/admin", "", ""));
  EXPECT_EQ(refused.problem_code(), "unauthorized");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.header("www-authenticate"), "Bearer");
  EXPECT_EQ(c.ask(post_request("/admin", "", "Authorization: Bearer s3cr3t\r\n")).body, "done");
}

} // namespace
} // namespace standings::test
