#include "tests/http/stub_server.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

using std::chrono::seconds;

/// So slow that nothing comes back within a test.
bucket_size few(std::uint32_t n) {
  return bucket_size::of(1, seconds{3'600}, n);
}

/// Everything on this machine is limited, as if it came from elsewhere.
server_options limiting(bucket_size address, bucket_size admin = {}) {
  auto out = stub_server::options_with(stub_server::four_loops());
  out.rates.address = address;
  out.rates.admin = admin;
  out.rates.loopback = true;
  return out;
}

std::string by(const std::string& client) {
  return get_request("/who", "X-Forwarded-For: " + client + "\r\n");
}

TEST(RateLimits, RefuseWhatIsTooMuchAndSayWhenToComeBack) {
  const stub_server server{limiting(few(2))};
  auto c = server.connect();
  const auto first = c.ask(get_request("/item/1"));
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.header("ratelimit-limit"), "2");
  EXPECT_EQ(first.header("ratelimit-remaining"), "1");
  EXPECT_EQ(first.header("ratelimit-reset"), "3600");
  EXPECT_EQ(first.header("retry-after"), "");
  EXPECT_EQ(c.ask(get_request("/item/2")).header("ratelimit-remaining"), "0");
  const auto refused = c.ask(get_request("/item/3"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.problem_code(), "rate_limited");
  EXPECT_GE(std::stoi(refused.header("retry-after")), 3'500);
  EXPECT_EQ(refused.header("ratelimit-remaining"), "0");
  EXPECT_EQ(refused.header("connection"), "") << "the connection stays";
  EXPECT_EQ(c.ask(get_request("/item/4")).status, 429);
}

TEST(RateLimits, CountTheConnectionsOfAllLoopsTogether) {
  const stub_server server{limiting(few(8))};
  std::vector<raw_connection> open;
  for (int i = 0; i < 12; ++i)
    open.push_back(server.connect());
  int taken = 0;
  for (auto& c : open)
    taken += c.ask(get_request("/item/1")).status == 200 ? 1 : 0;
  EXPECT_EQ(taken, 8);
}

TEST(RateLimits, CountRefusedRequestsToo) {
  const stub_server server{limiting(few(3))};
  auto c = server.connect();
  EXPECT_EQ(c.ask(get_request("/nowhere")).status, 404);
  EXPECT_EQ(c.ask(get_request("/echo")).status, 405);
  EXPECT_EQ(c.ask(get_request("/item/")).status, 404);
  EXPECT_EQ(c.ask(get_request("/nowhere")).status, 429);
}

TEST(RateLimits, LeaveTheRoutesAloneThatAnOrchestratorWatches) {
  const stub_server server{limiting(few(1))};
  auto c = server.connect();
  EXPECT_EQ(c.ask(get_request("/item/1")).status, 200);
  EXPECT_EQ(c.ask(get_request("/item/1")).status, 429);
  const auto alive = c.ask(get_request("/alive"));
  EXPECT_EQ(alive.status, 200);
  EXPECT_EQ(alive.header("ratelimit-limit"), "");
}

TEST(RateLimits, SkipASmallBodyAndKeepTheConnection) {
  const stub_server server{limiting(few(1))};
  auto c = server.connect();
  EXPECT_EQ(c.ask(get_request("/item/1")).status, 200);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(c.ask(post_request("/echo", std::string(16'384, 'x'))).problem_code(),
              "rate_limited");
  ASSERT_TRUE(
      c.send(post_request("/echo", "1") + post_request("/echo", "2") + get_request("/alive")));
  EXPECT_EQ(c.read().status, 429);
  EXPECT_EQ(c.read().status, 429);
  EXPECT_EQ(c.read().body, "alive");
  EXPECT_EQ(server.echoed, 0);
}

TEST(RateLimits, RefuseALargeBodyBeforeItIsSent) {
  const stub_server server{limiting(few(1))};
  EXPECT_EQ(server.ask(get_request("/item/1")).status, 200);
  for (const auto* framing : {"Content-Length: 16385\r\n", "Transfer-Encoding: chunked\r\n",
                              "Content-Length: 10\r\nExpect: 100-continue\r\n"}) {
    auto c = server.connect();
    const auto refused =
        c.ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
              + std::string{framing} + "\r\n");
    EXPECT_EQ(refused.problem_code(), "rate_limited") << framing;
    EXPECT_EQ(refused.header("connection"), "close") << framing;
    EXPECT_TRUE(c.closes()) << framing;
  }
}

TEST(RateLimits, HoldForEachClientBehindAProxy) {
  auto options = limiting(few(1));
  options.trusted_proxies = {"127.0.0.1"};
  options.rates.loopback = false;
  const stub_server server{options};
  auto c = server.connect();
  EXPECT_EQ(c.ask(by("203.0.113.1")).status, 200);
  EXPECT_EQ(c.ask(by("203.0.113.1")).status, 429);
  EXPECT_EQ(c.ask(by("198.51.100.9, 203.0.113.1")).status, 429) << "whatever it invents";
  EXPECT_EQ(c.ask(by("203.0.113.2")).status, 200);
  EXPECT_EQ(c.ask(by("2001:db8:1:2::1")).status, 200);
  EXPECT_EQ(c.ask(by("2001:db8:1:2:3:4:5:6")).status, 429) << "the same network of 64 bits";
  EXPECT_EQ(c.ask(by("2001:db8:1:3::1")).status, 200);
}

TEST(RateLimits, LeaveThisMachineAloneUnlessItIsATrustedProxy) {
  auto options = limiting(few(1));
  options.rates.loopback = false;
  {
    const stub_server server{options};
    auto c = server.connect();
    for (int i = 0; i < 3; ++i) {
      const auto answer = c.ask(by("203.0.113.1"));
      EXPECT_EQ(answer.status, 200) << "nobody has said that it forwards";
      EXPECT_EQ(answer.header("ratelimit-limit"), "");
    }
  }
  options.trusted_proxies = {"127.0.0.1"};
  const stub_server server{options};
  auto c = server.connect();
  EXPECT_EQ(c.ask(by("127.0.0.9")).status, 200);
  EXPECT_EQ(c.ask(by("127.0.0.9")).status, 429) << "forwarded, whatever the address";
  EXPECT_EQ(c.ask(by("unknown")).status, 200);
  for (const auto* hidden : {"unknown", "unix:", "_hidden", "\""})
    EXPECT_EQ(c.ask(by(hidden)).status, 429) << hidden << ": the proxy stands for them all";
  EXPECT_EQ(c.ask(get_request("/item/1")).status, 429);
}

TEST(RateLimits, AreStricterForAdminCallsThatChangeSomething) {
  const stub_server server{limiting(few(100), few(2))};
  auto c = server.connect();
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(c.ask(post_request("/admin", "", "")).body, "done");
  const auto refused = c.ask(post_request("/admin", "", ""));
  EXPECT_EQ(refused.problem_code(), "rate_limited");
  EXPECT_EQ(refused.header("ratelimit-limit"), "2");
  EXPECT_EQ(c.ask(get_request("/item/1")).status, 200);
}

TEST(RateLimits, CountAToken) {
  rate_limit_options options;
  options.token = few(2);
  rate_limits limits{options};
  const rate_limits::time_point now{std::chrono::hours{1}};
  const auto asks = [&](const char* caller, const char* from) {
    request rq;
    rq.caller = caller;
    return limits.count(rq, *ip_address::parse(from), nullptr, now).allowed;
  };
  EXPECT_TRUE(asks("game", "203.0.113.1"));
  EXPECT_TRUE(asks("game", "203.0.113.2"));
  EXPECT_FALSE(asks("game", "203.0.113.3"));
  EXPECT_TRUE(asks("other", "203.0.113.3"));
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(asks("", "203.0.113.3"));
}

} // namespace
} // namespace standings::test
