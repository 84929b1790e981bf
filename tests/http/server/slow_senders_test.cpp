#include "tests/http/stub_server.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <string>

namespace standings::test {
namespace {

using std::chrono::milliseconds;

/// More connections than threads, each of which has sent a part of a request.
std::deque<raw_connection> half_sent(const stub_server& server, const std::string& part) {
  std::deque<raw_connection> out;
  for (int i = 0; i < 16; ++i) {
    out.push_back(server.connect());
    EXPECT_TRUE(out.back().send(part));
  }
  return out;
}

/// Of the slow ones; an innocent request that waits for them takes as long.
constexpr milliseconds time_out{20'000};

TEST(SlowSenders, OfHeadersCostNobodyElseAThread) {
  server_limits limits;
  limits.loops = 2;
  limits.limits.request_timeout = time_out;
  const stub_server server{limits};
  const auto slow = half_sent(server, "GET /item/1 HTT");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(server.ask(get_request("/item/7")).body, "7");
  EXPECT_LT(std::chrono::steady_clock::now() - start, time_out / 2);
}

TEST(SlowSenders, OfSmallBodiesCostNobodyElseAThread) {
  server_limits limits;
  limits.loops = 2;
  limits.limits.request_timeout = time_out;
  const stub_server server{limits};
  const auto slow = half_sent(server, "POST /echo HTTP/1.1\r\n" + std::string{json_type}
                                          + "Content-Length: 100\r\n\r\n{");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(server.ask(get_request("/item/7")).body, "7");
  EXPECT_LT(std::chrono::steady_clock::now() - start, time_out / 2);
}

TEST(SlowSenders, AreToldWhenTheirTimeIsOver) {
  server_limits limits;
  limits.loops = 2;
  limits.limits.request_timeout = milliseconds{200};
  const stub_server server{limits};
  for (auto& slow : half_sent(server, "GET /item/1 HTTP/1.1\r\nHost: a\r\n"))
    EXPECT_EQ(slow.read().problem_code(), "request_timeout");
}

} // namespace
} // namespace standings::test
