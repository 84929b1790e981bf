#include "tests/http/stub_server.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

using std::chrono::milliseconds;

std::string many_headers(int n, const std::string& value) {
  std::string out;
  for (int i = 0; i < n; ++i)
    out += "h" + std::to_string(i) + ": " + value + "\r\n";
  return out;
}

/// How a slow client behaves: what it sends first, and what it repeats after that.
struct slow_case {
  const char* what;
  std::string first;
  std::string again;
};

std::vector<slow_case> slow_cases() {
  const auto head = "POST /echo HTTP/1.1\r\nHost: a\r\n" + std::string{json_type};
  return {
      {"within the request line", "GET /item/", "x"},
      {"within a header", "GET /item/1 HTTP/1.1\r\nX-A: ", "x"},
      {"between headers", "GET /item/1 HTTP/1.1\r\n", "X-A: b\r\n"},
      {"within a body", head + "Content-Length: 10000\r\n\r\n", "x"},
      {"within chunks", head + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"},
      {"silent in the request line", "GET /it", ""},
      {"silent in the headers", "GET /item/1 HTTP/1.1\r\nHost: a\r\n", ""},
      {"silent in the body", head + "Content-Length: 3\r\n\r\n{", ""},
  };
}

TEST(Limits, CutSlowSendersWhileOthersAreServed) {
  const auto cases = slow_cases();
  server_limits limits;
  limits.loops = cases.size() + 1;
  limits.limits.request_timeout = milliseconds{400};
  const stub_server server{limits};
  std::vector<raw_connection> slow;
  for (const auto& c : cases) {
    slow.push_back(server.connect());
    ASSERT_TRUE(slow.back().send(c.first)) << c.what;
  }
  const auto started = std::chrono::steady_clock::now();
  auto fast = server.connect();
  const auto until = started + milliseconds{700};
  for (int i = 0; std::chrono::steady_clock::now() < until; ++i) {
    EXPECT_EQ(fast.ask(get_request("/item/1")).body, "1");
    if (i % 50 == 0)
      for (std::size_t k = 0; k < slow.size(); ++k)
        slow[k].send(cases[k].again); // fails once the other side has closed
  }
  for (std::size_t k = 0; k < slow.size(); ++k) {
    const auto answer = slow[k].read();
    EXPECT_EQ(answer.status, 408) << cases[k].what;
    EXPECT_EQ(answer.problem_code(), "request_timeout") << cases[k].what;
    EXPECT_EQ(answer.header("connection"), "close") << cases[k].what;
    EXPECT_TRUE(slow[k].closes()) << cases[k].what;
  }
  EXPECT_EQ(server.echoed, 0);
}

TEST(Limits, GiveEachRequestOfAConnectionTheWholeTime) {
  auto limits = stub_server::four_loops();
  limits.limits.request_timeout = milliseconds{300};
  const stub_server server{limits};
  auto c = server.connect();
  const auto until = std::chrono::steady_clock::now() + milliseconds{700};
  while (std::chrono::steady_clock::now() < until)
    ASSERT_EQ(c.ask(get_request("/item/1")).status, 200);
}

TEST(Limits, RefuseHeadersThatAreTooLarge) {
  auto limits = stub_server::four_loops();
  limits.limits.max_header_bytes = 20'000;
  const stub_server server{limits};
  const std::vector<std::string> requests{
      get_request("/item/1", many_headers(3'000, "value")),
      get_request("/item/1", "X-Large: " + std::string(30'000, 'x') + "\r\n"),
      get_request("/item/" + std::string(30'000, 'x')),
      get_request("/item/" + std::string(9'000, 'x')),
      std::string(30'000, 'x'),
      "GET /item/1 HTTP/1.1\r\n" + std::string(30'000, 'x'),
  };
  for (const auto& request : requests) {
    auto c = server.connect();
    const auto answer = c.ask(request);
    EXPECT_EQ(answer.status, 431) << request.substr(0, 50);
    EXPECT_EQ(answer.problem_code(), "headers_too_large") << request.substr(0, 50);
    EXPECT_TRUE(c.closes()) << request.substr(0, 50);
  }
}

TEST(Limits, RefuseALineThatIsTooLongWithinTheLimitOfAll) {
  const stub_server server;
  const auto answer =
      server.ask(get_request("/item/1", "X-Large: " + std::string(9'000, 'x') + "\r\n"));
  EXPECT_EQ(answer.status, 431);
  EXPECT_EQ(answer.problem_code(), "headers_too_large");
}

TEST(Limits, TakeHeadersUpToTheLimit) {
  const stub_server server;
  EXPECT_EQ(server.ask(get_request("/item/1", many_headers(1'000, std::string(40, 'x')))).body,
            "1");
}

TEST(Limits, HoldForTenThousandHeaderLines) {
  const stub_server server;
  auto c = server.connect();
  const auto answer = c.ask(get_request("/item/1", many_headers(10'000, "value")));
  EXPECT_EQ(answer.status, 431);
  EXPECT_EQ(answer.problem_code(), "headers_too_large");
  std::string shortest;
  for (int i = 0; i < 10'000; ++i)
    shortest += "a:b\r\n";
  EXPECT_EQ(server.ask(get_request("/item/1", shortest)).body, "1");
}

TEST(Limits, LeaveNothingOfAHalfSentRequest) {
  const stub_server server;
  for (const auto* part :
       {"G", "GET /item/1 HTTP/1.1", "GET /item/1 HTTP/1.1\r\n", "GET /item/1 HTTP/1.1\r\nHost:"}) {
    const auto c = server.connect();
    ASSERT_TRUE(c.send(part));
  }
  for (int i = 0; i < 20; ++i) {
    const auto c = server.connect();
    ASSERT_TRUE(c.send("POST /echo HTTP/1.1\r\nHost: a\r\n" + std::string{json_type}
                       + "Content-Length: 100\r\n\r\n{\"user"));
  }
  EXPECT_EQ(server.ask(get_request("/item/1")).body, "1");
  EXPECT_EQ(server.echoed, 0);
}

TEST(Limits, RefuseAHalfSentBodyWhoseSenderStillListens) {
  const stub_server server;
  for (const auto* rest :
       {"Content-Length: 100\r\n\r\n{}", "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        "Transfer-Encoding: chunked\r\n\r\n64\r\n{}"}) {
    auto c = server.connect();
    ASSERT_TRUE(c.send("POST /echo HTTP/1.1\r\nHost: a\r\n" + std::string{json_type} + rest));
    c.shut_write();
    EXPECT_EQ(c.read().problem_code(), "malformed") << rest;
    EXPECT_TRUE(c.closes()) << rest;
  }
  EXPECT_EQ(server.echoed, 0);
}

TEST(Limits, EndAnAnswerThatTheClientDoesNotTake) {
  server_limits limits;
  limits.loops = 1;
  limits.limits.request_timeout =
      milliseconds{1'000}; // room for a slow build to make the large answer
  const stub_server server{limits};
  const auto lazy = server.connect();
  ASSERT_TRUE(lazy.send(get_request("/large")));
  EXPECT_EQ(server.ask(get_request("/item/1")).body, "1");
}

} // namespace
} // namespace standings::test
