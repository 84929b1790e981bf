#include "tests/integration/api.hpp"
#include "tests/support/service_under_test.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

struct admin_route {
  std::string method;
  std::string path;
};

const std::vector<admin_route> admin_routes{
    {"GET", admin_root + "/status"},        {"POST", admin_root + "/sync"},
    {"POST", admin_root + "/reset/yearly"}, {"DELETE", admin_root + "/cache"},
    {"DELETE", admin_root + "/user/ann"},
};

response call(http_client& client, const admin_route& route, const httplib::Headers& headers) {
  if (route.method == "GET")
    return client.get(route.path, headers);
  return route.method == "POST" ? client.post(route.path, {}, headers)
                                : client.del(route.path, headers);
}

void expect_refused(http_client& client, const httplib::Headers& headers, int status,
                    const std::string& code) {
  for (const auto& route : admin_routes) {
    const auto answer = call(client, route, headers);
    EXPECT_EQ(answer.status, status) << route.method << " " << route.path;
    EXPECT_EQ(answer.problem_code(), code) << route.method << " " << route.path;
  }
  EXPECT_EQ(number(client.get(user_path("ann")).json(), "yearly_pomo"), 5) << "nothing was done";
}

void expect_allowed(http_client& client, const httplib::Headers& headers) {
  for (const auto& route : admin_routes)
    EXPECT_EQ(call(client, route, headers).status, 200) << route.method << " " << route.path;
}

TEST(AdminAccess, WithoutATokenIsForThisMachine) {
  service_under_test service;
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 5).status, 200);
  expect_allowed(client, {});
}

TEST(AdminAccess, WithoutATokenIsForPagesOfThisMachine) {
  service_under_test service;
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 5).status, 200);
  const auto own = "http://127.0.0.1:" + std::to_string(service.port());
  expect_allowed(client, {{"Origin", own}});
}

TEST(AdminAccess, WithoutATokenIsNotForOthersBehindThisMachine) {
  service_under_test service;
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 5).status, 200);
  for (const auto& header : httplib::Headers{{"X-Forwarded-For", "203.0.113.9"},
                                             {"Forwarded", "for=203.0.113.9"},
                                             {"Origin", "https://example.org"},
                                             {"Origin", "null"},
                                             {"Host", "rebound.example.org"}})
    expect_refused(client, {header}, 403, "forbidden");
}

TEST(AdminAccess, WithATokenIsForWhoeverHasIt) {
  service_under_test service{{"admin.token=s3cr3t-token-for-tests"}};
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 5).status, 200);
  expect_allowed(client, {{"Authorization", "Bearer s3cr3t-token-for-tests"},
                          {"X-Forwarded-For", "203.0.113.9"}});
}

TEST(AdminAccess, WithATokenIsForNobodyElse) {
  service_under_test service{{"admin.token=s3cr3t-token-for-tests"}};
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 5).status, 200);
  expect_refused(client, {}, 401, "unauthorized");
  for (const auto* given : {"Bearer wrong", "Bearer ", "Basic s3cr3t-token-for-tests",
                            "Bearer s3cr3t-token-for-test", "Bearer s3cr3t-token-for-testss"})
    expect_refused(client, {{"Authorization", given}}, 401, "unauthorized");
  EXPECT_EQ(client.get(admin_root + "/status").header("WWW-Authenticate"), "Bearer");
}

TEST(AdminAccess, NeedsNoTokenForAnythingElse) {
  service_under_test service{{"admin.token=s3cr3t-token-for-tests"}};
  auto client = service.client();
  EXPECT_EQ(client.update("ann").status, 200);
  for (const auto& path : {user_path("ann"), api_root + "/daily", database_root + "/daily"})
    EXPECT_EQ(client.get(path, {{"X-Forwarded-For", "203.0.113.9"}}).status, 200) << path;
}

TEST(AdminAccess, KeepsTheTokenOutOfTheLog) {
  service_under_test service{{"admin.token=s3cr3t-token-for-tests", "log.level=debug"}};
  auto client = service.client();
  client.get(admin_root + "/status", {{"Authorization", "Bearer s3cr3t-token-for-tests"}});
  EXPECT_EQ(service.log().find("s3cr3t"), std::string::npos);
}

} // namespace
} // namespace standings::test
