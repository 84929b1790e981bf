#include "http/server/auth.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

request from(const std::string& address, const header_fields& headers = {}) {
  request out;
  out.remote_address = address;
  out.headers = headers;
  return out;
}

result<void> authorize_admin(request rq, const std::string& token) {
  access_policy policy;
  policy.needs_token.add(scope::admin);
  policy.open_on_loopback = token.empty();
  if (!token.empty()) {
    known_token admin{"admin", digest_of(token), {}, {}};
    admin.may.grant(scope::admin);
    policy.tokens.push_back(admin);
  }
  return authorize(rq, access::admin, policy);
}

errc without_token(const request& rq) {
  const auto allowed = authorize_admin(rq, "");
  return allowed ? errc::none : allowed.error().code;
}

errc with_token(const std::string& authorization) {
  const auto allowed =
      authorize_admin(from("8.8.8.8", {{"Authorization", authorization}}), "s3cr3t");
  return allowed ? errc::none : allowed.error().code;
}

TEST(Loopback, IsThisMachineInAllItsSpellings) {
  for (const auto* host : {"127.0.0.1", "127.0.0.1:8000", "127.8.9.1", "localhost", "localhost:80",
                           "::1", "[::1]", "[::1]:8000", "::ffff:127.0.0.1"})
    EXPECT_TRUE(is_loopback(host)) << host;
}

TEST(Loopback, IsNothingElse) {
  for (const auto* host :
       {"", "10.0.0.1", "0.0.0.0", "128.0.0.1", "127.example.org", "localhost.example.org",
        "example.org:80", "127.0.0.1.example.org", "::2", "[::2]:1", "::ffff:10.0.0.1", "::"})
    EXPECT_FALSE(is_loopback(host)) << host;
}

TEST(AdminWithoutToken, IsForThisMachine) {
  EXPECT_EQ(without_token(from("127.0.0.1")), errc::none);
  EXPECT_EQ(without_token(from("::1")), errc::none);
  EXPECT_EQ(without_token(from("127.0.0.1",
                               {{"Host", "localhost:8000"}, {"Origin", "http://localhost:8000"}})),
            errc::none);
}

TEST(AdminWithoutToken, IsNotForPagesOfAnotherOriginOnThisMachine) {
  for (const auto* origin : {"http://localhost:9999", "http://127.0.0.1:8000", "http://localhost",
                             "https://localhost:80000", "null", "localhost:8000", ""})
    EXPECT_EQ(without_token(from("127.0.0.1", {{"Host", "localhost:8000"}, {"Origin", origin}})),
              errc::forbidden)
        << origin;
}

TEST(AdminWithoutToken, IsNotForWhatAnyProxySends) {
  for (const auto* field : {"CF-Connecting-IP", "True-Client-IP", "X-Client-IP", "X-Forwarded-Port",
                            "X-Cluster-Client-IP", "X-Forwarded"})
    EXPECT_EQ(without_token(from("127.0.0.1", {{field, "127.0.0.1"}})), errc::forbidden) << field;
}

TEST(AdminWithoutToken, IsNotForOtherMachines) {
  for (const auto* address : {"10.0.0.1", "8.8.8.8", "fe80::1", ""})
    EXPECT_EQ(without_token(from(address)), errc::forbidden) << address;
  EXPECT_EQ(without_token(from("8.8.8.8", {{"Host", "localhost"}})), errc::forbidden);
}

TEST(AdminWithoutToken, IsNotForWhatSomebodyElseIsBehind) {
  const std::vector<std::pair<std::string, std::string>> headers{
      {"X-Forwarded-For", "127.0.0.1"},
      {"X-Forwarded-Host", "localhost"},
      {"X-Forwarded-Proto", "http"},
      {"X-Real-IP", "127.0.0.1"},
      {"Forwarded", "for=127.0.0.1"},
      {"Via", "1.1 localhost"},
      {"Origin", "https://example.org"},
      {"Origin", "null"},
      {"Origin", ""},
      {"Origin", "http://localhost.example.org"},
      {"Host", "rebound.example.org"},
      {"Host", "rebound.example.org:8000"},
      {"Host", "127.0.0.1.example.org"},
      {"Host", ""},
  };
  for (const auto& [name, value] : headers)
    EXPECT_EQ(without_token(from("127.0.0.1", {{name, value}})), errc::forbidden)
        << name << ": " << value;
}

TEST(AdminWithToken, IsForWhoeverHasIt) {
  EXPECT_EQ(with_token("Bearer s3cr3t"), errc::none);
}

TEST(AdminWithToken, IsForNobodyElse) {
  for (const auto* given : {"", "Bearer", "Bearer ", "Bearer s3cr3", "Bearer s3cr3tt",
                            "Bearer S3cr3t", "s3cr3t", "Basic s3cr3t", "Bearer s3cr3ts3cr3t"})
    EXPECT_EQ(with_token(given), errc::unauthorized) << given;
}

TEST(AdminWithToken, IsNotForThisMachineWithoutIt) {
  const auto allowed = authorize_admin(from("127.0.0.1"), "s3cr3t");
  ASSERT_FALSE(allowed);
  EXPECT_EQ(allowed.error().code, errc::unauthorized);
  EXPECT_EQ(allowed.error().detail.find("s3cr3t"), std::string::npos);
}

TEST(AdminWithToken, TakesTheSchemeInAnyCase) {
  EXPECT_EQ(with_token("bearer s3cr3t"), errc::none);
}

} // namespace
} // namespace standings
