#include "core/base/hex.hpp"
#include "http/server/auth.hpp"
#include "tests/integration/api.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/service_under_test.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>

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

TEST(AdminAccess, WritesALineForEachCall) {
  service_under_test service{{"admin.token=s3cr3t-token-for-tests"}};
  auto client = service.client();
  client.get(admin_root + "/status", {{"Authorization", "Bearer s3cr3t-token-for-tests"},
                                      {"X-Request-Id", "asked-by-test"}});
  ASSERT_EQ(service.stop(SIGTERM), 0); // the log is complete then
  EXPECT_NE(service.log().find("Admin: GET " + admin_root
                               + "/status from 127.0.0.1 by admin: 200 request_id=asked-by-test"),
            std::string::npos)
      << service.log();
}

TEST(AdminAccess, WritesALineForARefusedTokenAndEscapesWhatItQuotes) {
  service_under_test service{{"admin.token=s3cr3t-token-for-tests"}};
  auto client = service.client();
  client.del(admin_root + "/user/%0Aforged%1b[31m", {{"Authorization", "Bearer wrong"}});
  ASSERT_EQ(service.stop(SIGTERM), 0);
  const auto log = service.log();
  EXPECT_NE(log.find("Refused DELETE "), std::string::npos) << log;
  EXPECT_EQ(log.find("wrong"), std::string::npos);
  EXPECT_EQ(log.find('\x1b'), std::string::npos);
}

TEST(AdminAccess, AFloodOfWrongTokensWritesAFewLines) {
  service_under_test service{{"admin.token=s3cr3t-token-for-tests"}};
  auto client = service.client();
  for (int i = 0; i < 300; ++i)
    EXPECT_EQ(client.get(admin_root + "/status").status, 401);
  ASSERT_EQ(service.stop(SIGTERM), 0);
  const auto log = service.log();
  std::size_t lines = 0;
  for (auto at = log.find("Refused GET"); at != std::string::npos;
       at = log.find("Refused GET", at + 1))
    ++lines;
  EXPECT_GT(lines, 0U);
  EXPECT_LT(lines, 200U);
}

/// The token that the first start has left in the data directory.
std::string made_token(const service_under_test& service) {
  const auto path = std::filesystem::path{service.database()}.parent_path() / "admin.token";
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms{0600});
  auto text = read_file(path);
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  return text;
}

TEST(AdminAccess, WithoutConfigurationNeedsTheTokenThatTheFirstStartMakes) {
  service_under_test service{{"admin.open_on_loopback=false"}};
  const auto token = made_token(service);
  EXPECT_GE(token.size(), 40U);
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 5).status, 200);
  expect_refused(client, {}, 401, "unauthorized");
  expect_allowed(client, {{"Authorization", "Bearer " + token}});
  EXPECT_NE(service.log().find("admin.token"), std::string::npos);
  EXPECT_EQ(service.log().find(token), std::string::npos);
}

TEST(AdminAccess, KeepsTheTokenThatWasMade) {
  service_under_test service{{"admin.open_on_loopback=false"}};
  const auto token = made_token(service);
  ASSERT_EQ(service.stop(SIGTERM), 0);
  service.start();
  EXPECT_EQ(made_token(service), token);
}

TEST(AdminAccess, IsNotForClientsOfAProxyThatNamesNobody) {
  service_under_test service{{"admin.open_on_loopback=false"}};
  const auto port = std::to_string(service.port());
  // what nginx sends for a bare `proxy_pass http://127.0.0.1:8000;`
  const auto answer =
      exchange(service.port(), "POST " + admin_root + "/reset/daily HTTP/1.0\r\nHost: 127.0.0.1:"
                                   + port + "\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer.status, 401);
}

TEST(AdminAccess, WithOpenLoopbackATokenStillServesOthers) {
  service_under_test service{{"admin.token=s3cr3t-token-for-tests", "admin.open_on_loopback=true"}};
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 5).status, 200);
  expect_refused(client, {{"X-Forwarded-For", "203.0.113.9"}}, 401, "unauthorized");
  expect_allowed(client, {});
}

// -- tokens -------------------------------------------------------------------------

std::string sha256_of(const std::string& token) {
  std::string out;
  for (const auto byte : digest_of(token))
    append_hex(out, byte);
  return out;
}

std::string entry(const std::string& name, const std::string& may) {
  return "- { name: " + name + ", sha256: " + sha256_of("token-of-" + name) + ", may: " + may
         + " }\n";
}

httplib::Headers as(const std::string& name) {
  return {{"Authorization", "Bearer token-of-" + name}};
}

/// A service whose tokens stand in a file.
class Tokens : public testing::Test {
protected:
  void write(const std::string& text) { std::ofstream{file_} << text; }

  void start(std::vector<std::string> more = {}) {
    more.push_back("tokens_file=" + file_);
    more.emplace_back("admin.token=s3cr3t-token-for-tests");
    service_.emplace(std::move(more));
  }

  int status(const std::string& path, const httplib::Headers& headers = {}) {
    return service_->client().get(path, headers).status;
  }

  int update(const httplib::Headers& headers = {}) {
    return service_->client()
        .post(api_root + "/update", R"({"user_id":"ann","count":1})", headers)
        .status;
  }

  const temp_dir dir_;
  const std::string file_ = dir_ / "tokens.yaml";
  std::optional<service_under_test> service_;
};

TEST_F(Tokens, OpenWhatTheirScopesAllow) {
  write(entry("reader", "read") + entry("watcher", "inspect") + entry("writer", "write")
        + entry("chief", "admin") + entry("both", "[inspect, write]"));
  start({"http.reads=token", "http.writes=token", "http.inspect=token"});
  const auto board = api_root + "/daily";
  const std::string runs = "/api/periodic-sync/runs";
  EXPECT_EQ(status(board), 401);
  EXPECT_EQ(update(), 401);
  EXPECT_EQ(status(runs), 401);
  EXPECT_EQ(status(board, as("nobody")), 401);
  for (const auto* name : {"reader", "watcher", "writer", "chief", "both"})
    EXPECT_EQ(status(board, as(name)), 200) << name;
  EXPECT_EQ(update(as("reader")), 403);
  EXPECT_EQ(update(as("watcher")), 403);
  for (const auto* name : {"writer", "chief", "both"})
    EXPECT_EQ(update(as(name)), 200) << name;
  EXPECT_EQ(status(runs, as("reader")), 403);
  EXPECT_EQ(status(runs, as("writer")), 403);
  for (const auto* name : {"watcher", "chief", "both"})
    EXPECT_EQ(status(runs, as(name)), 200) << name;
  EXPECT_EQ(status(admin_root + "/status", as("both")), 403);
  EXPECT_EQ(status(admin_root + "/status", as("chief")), 200);
}

TEST_F(Tokens, AreNotNeededForHealth) {
  write(entry("reader", "read"));
  start({"http.reads=token", "http.inspect=token"});
  EXPECT_EQ(status("/healthz"), 200);
  EXPECT_EQ(status("/readyz"), 200);
}

TEST_F(Tokens, ShowGaugesToThoseThatMayInspect) {
  write(entry("reader", "read") + entry("watcher", "inspect"));
  start({"http.inspect=token"});
  const auto gauges = [&](const httplib::Headers& headers) {
    return service_->client().get("/readyz", headers).json().at("gauges").as_object().size();
  };
  EXPECT_EQ(gauges({}), 0U);
  EXPECT_EQ(gauges(as("reader")), 0U);
  EXPECT_GT(gauges(as("watcher")), 0U);
}

TEST_F(Tokens, AreReadAgainOnSighup) {
  write(entry("old", "write"));
  start({"http.writes=token"});
  auto kept = service_->client(); // its connection outlives the change
  const auto post = [&](const std::string& name) {
    return kept.post(api_root + "/update", R"({"user_id":"ann","count":1})", as(name)).status;
  };
  ASSERT_EQ(post("old"), 200);
  ASSERT_EQ(post("new"), 401);
  write(entry("new", "write"));
  service_->running().signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return post("new") == 200; }, std::chrono::seconds{10}));
  EXPECT_EQ(post("old"), 401);
}

TEST_F(Tokens, StayAsTheyAreWhereTheFileIsWrong) {
  write(entry("old", "write"));
  start({"http.writes=token"});
  write("- { name: old, sha256: 12, may: write }\n");
  service_->running().signal(SIGHUP);
  EXPECT_TRUE(
      eventually([&] { return service_->log().find("tokens: old: sha256") != std::string::npos; },
                 std::chrono::seconds{10}));
  EXPECT_EQ(update(as("old")), 200);
}

} // namespace
} // namespace standings::test
