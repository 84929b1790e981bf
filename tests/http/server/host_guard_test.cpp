#include "http/server/host_guard.hpp"
#include "tests/http/stub_server.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

bool answers(const std::string& host, const host_policy& policy) {
  return check_host({{"Host", host}}, policy).has_value();
}

server_options on_loopback(std::vector<std::string> others = {}) {
  auto policy = stub_server::policy_with("s3cr3t-token-for-tests");
  policy.hosts = {true, std::move(others)};
  auto out = stub_server::options_with(stub_server::four_loops());
  out.doors->replace(std::move(policy));
  return out;
}

std::string request_to(const std::string& host, const std::string& method = "GET") {
  return method + " /item/1 HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
}

TEST(HostGuard, LetsThisMachinesNamesPass) {
  for (const auto* host : {"localhost", "localhost:8000", "127.0.0.1:8000", "[::1]", "[::1]:8000"})
    EXPECT_TRUE(answers(host, {true, {}})) << host;
  EXPECT_TRUE(check_host({}, {true, {}})) << "no Host: no browser";
}

TEST(HostGuard, LetsNoOtherNamePass) {
  for (const auto* host : {"rebound.example", "rebound.example:8000", "localhost.example",
                           "127.0.0.1.example", "10.0.0.1", ""})
    EXPECT_FALSE(answers(host, {true, {}})) << host;
}

TEST(HostGuard, LetsListedNamesPassWithAnyPort) {
  const host_policy policy{true, {"scores.example", "fd00::1"}};
  for (const auto* host :
       {"scores.example", "scores.example:443", "SCORES.example", "[fd00::1]:80"})
    EXPECT_TRUE(answers(host, policy)) << host;
  for (const auto* host : {"x.scores.example", "scores.example.org", "scores.example:x"})
    EXPECT_FALSE(answers(host, policy)) << host;
  EXPECT_TRUE(answers("anything.example", {true, {"*"}}));
}

TEST(HostGuard, IsForLoopbackAddressesOnly) {
  EXPECT_TRUE(answers("anything.example", {}));
}

TEST(HostGuard, KeepsReboundPagesFromPublicRoutes) {
  const stub_server server{on_loopback({"scores.example"})};
  EXPECT_EQ(server.ask(request_to("localhost")).status, 200);
  EXPECT_EQ(server.ask(request_to("scores.example")).status, 200);
  const auto refused = server.ask(request_to("rebound.example:8000"));
  EXPECT_EQ(refused.problem_code(), "forbidden");
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(refused.body.find("http.allowed_hosts"), std::string::npos);
  EXPECT_EQ(server.ask("GET /item/1 HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_EQ(server.handled, 3);
}

TEST(HostGuard, LetsAnyHostPassWithAToken) {
  const stub_server server{on_loopback()};
  const auto ask_with = [&](const std::string& token) {
    return server
        .ask("GET /item/1 HTTP/1.1\r\nHost: scores.example\r\nAuthorization: Bearer " + token
             + "\r\n\r\n")
        .status;
  };
  EXPECT_EQ(ask_with("s3cr3t-token-for-tests"), 200);
  EXPECT_EQ(ask_with("wrong"), 403);
}

TEST(HostGuard, RefusesBeforeAnUpdateIsRead) {
  const stub_server server{on_loopback()};
  const auto refused = server.ask("POST /echo HTTP/1.1\r\nHost: rebound.example\r\n"
                                  "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(refused.problem_code(), "forbidden");
  EXPECT_EQ(server.echoed, 0);
}

} // namespace
} // namespace standings::test
