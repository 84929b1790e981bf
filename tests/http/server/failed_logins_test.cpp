#include "http/server/failed_logins.hpp"
#include "tests/http/stub_server.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

using namespace std::chrono_literals;

const failed_logins::time_point start{1'000h};

request from(const std::string& client, const std::string& peer) {
  request rq;
  rq.client = client;
  rq.remote_address = peer;
  return rq;
}

request from(const std::string& client) {
  return from(client, client);
}

TEST(FailedLogins, SlowDownAnAddressAfterSome) {
  failed_logins failed{bucket_size::of(2, 60s, 2)};
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(failed.may_try(from("203.0.113.1"), start).allowed);
    failed.count(from("203.0.113.1"), start);
  }
  const auto refused = failed.may_try(from("203.0.113.1"), start);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.retry_in, 30s);
  EXPECT_TRUE(failed.may_try(from("203.0.113.2"), start).allowed);
  EXPECT_TRUE(failed.may_try(from("203.0.113.1"), start + 30s).allowed);
  EXPECT_EQ(failed.total(), 2U);
}

TEST(FailedLogins, CountANetworkOfIpv6AsOne) {
  failed_logins failed{bucket_size::of(1, 60s, 1)};
  failed.count(from("2001:db8:1:2::1"), start);
  EXPECT_FALSE(failed.may_try(from("2001:db8:1:2:ffff::9"), start).allowed);
  EXPECT_TRUE(failed.may_try(from("2001:db8:1:3::1"), start).allowed);
}

TEST(FailedLogins, LetTheMachineBeButNotWhomItForwards) {
  failed_logins failed{bucket_size::of(1, 60s, 1)};
  for (int i = 0; i < 5; ++i)
    failed.count(from("127.0.0.1"), start);
  EXPECT_TRUE(failed.may_try(from("127.0.0.1"), start).allowed);
  auto forwarded = from("127.0.0.1");
  forwarded.headers.add("X-Forwarded-For", "203.0.113.1");
  failed.count(forwarded, start);
  EXPECT_FALSE(failed.may_try(forwarded, start).allowed);
  EXPECT_TRUE(failed.may_try(from("127.0.0.1"), start).allowed);
  failed.count(from("203.0.113.7", "127.0.0.1"), start);
  EXPECT_FALSE(failed.may_try(from("203.0.113.7", "127.0.0.1"), start).allowed);
}

std::string login(const std::string& client, const std::string& token) {
  return post_request("/admin", "",
                      "X-Forwarded-For: " + client + "\r\nAuthorization: Bearer " + token + "\r\n");
}

TEST(FailedLogins, AreNotListenedToForAWhile) {
  auto options = stub_server::options_with(stub_server::four_loops(), "s3cr3t");
  options.trusted_proxies = {"127.0.0.1"};
  options.rates.wrong_tokens = bucket_size::of(3, 3'600s, 3);
  const stub_server server{options};
  auto c = server.connect();
  EXPECT_EQ(c.ask(login("203.0.113.1", "s3cr3t")).body, "done");
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(c.ask(login("203.0.113.1", "guess")).problem_code(), "unauthorized");
  const auto guess = c.ask(login("203.0.113.1", "guess"));
  EXPECT_EQ(guess.status, 429);
  EXPECT_EQ(guess.problem_code(), "rate_limited");
  EXPECT_GE(std::stoi(guess.header("retry-after")), 1'000);
  EXPECT_EQ(c.ask(login("203.0.113.1", "s3cr3t")).problem_code(), "rate_limited")
      << "not even the right one tells";
  EXPECT_EQ(c.ask(login("203.0.113.2", "s3cr3t")).body, "done");
  const auto without = c.ask(post_request("/admin", "", "X-Forwarded-For: 203.0.113.1\r\n"));
  EXPECT_EQ(without.problem_code(), "unauthorized") << "no token, no try";
  EXPECT_EQ(c.ask(get_request("/item/1", "X-Forwarded-For: 203.0.113.1\r\n")).body, "1");
}

} // namespace
} // namespace standings::test
