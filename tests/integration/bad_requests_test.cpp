#include "tests/integration/api.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/service_under_test.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

/// After each test the service still works, and nothing was counted.
class BadRequests : public testing::Test {
protected:
  explicit BadRequests(std::vector<std::string> settings = {}) : service(std::move(settings)) {}

  void TearDown() override {
    EXPECT_EQ(number(admin_status(client), "database_users"), 0);
    EXPECT_EQ(client.update("good").status, 200);
    EXPECT_EQ(number(client.get(user_path("good")).json(), "daily_pomo"), 1);
  }

  void expect_refused(const std::string& path, int status, const std::string& code) {
    const auto answer = client.get(path);
    EXPECT_EQ(answer.status, status) << path.substr(0, 200);
    EXPECT_EQ(answer.problem_code(), code) << path.substr(0, 200);
  }

  service_under_test service;
  http_client client = service.client();
};

TEST_F(BadRequests, ForUnknownPeriods) {
  for (const auto* name : {"hourly", "Daily", "daily%20", "dail", "%00", "1", "user"})
    expect_refused(api_root + "/" + name, 404, "unknown_period");
  expect_refused(database_root + "/hourly", 404, "unknown_period");
  expect_refused(user_path("a") + "/rank/hourly", 404, "unknown_period");
  expect_refused(user_path("a") + "/around/hourly", 404, "unknown_period");
  const auto reset = client.post(admin_root + "/reset/hourly");
  EXPECT_EQ(reset.status, 404);
  EXPECT_EQ(reset.problem_code(), "unknown_period");
}

TEST_F(BadRequests, ForLimitsAndOffsetsOutOfRange) {
  const auto around = user_path("a") + "/around/daily";
  for (const auto& path : {api_root + "/daily", database_root + "/daily", around}) {
    for (const auto* limit : {"0", "1001", "-1", "18446744073709551616"})
      expect_refused(path + "?limit=" + limit, 422, "out_of_range");
    for (const auto* limit : {"abc", "", "1.5", "1e2", "%201", "0x10"})
      expect_refused(path + "?limit=" + limit, 400, "malformed");
  }
  for (const auto& path : {api_root + "/daily", database_root + "/daily"}) {
    expect_refused(path + "?offset=-1", 422, "out_of_range");
    expect_refused(path + "?offset=99999999999999999999", 422, "out_of_range");
    expect_refused(path + "?offset=x", 400, "malformed");
    expect_refused(path + "?limit=10&offset=", 400, "malformed");
  }
}

TEST_F(BadRequests, ForUsersThatNobodyKnows) {
  for (const auto& id : {std::string{"nobody"}, std::string(128, 'x'), std::string{"a/b"}}) {
    expect_refused(user_path(id), 404, "unknown_user");
    expect_refused(user_path(id) + "/rank/daily", 404, "unknown_user");
    expect_refused(user_path(id) + "/around/daily", 404, "unknown_user");
    expect_refused(database_root + "/user/" + encoded(id), 404, "unknown_user");
    const auto removed = client.del(admin_root + "/user/" + encoded(id));
    EXPECT_EQ(removed.status, 404);
    EXPECT_EQ(removed.problem_code(), "unknown_user");
  }
}

TEST_F(BadRequests, ForIdsThatAreNone) {
  for (const auto* id :
       {"%FF", "%C3", "a%80", "%C0%AF", "%ED%A0%80", "%00", "a%0A", "%7F", "%C2%85"}) {
    for (const auto& root : {api_root, database_root})
      expect_refused(root + "/user/" + id, 422, "invalid_user_id");
    expect_refused(api_root + "/user/" + id + "/rank/daily", 422, "invalid_user_id");
    expect_refused(api_root + "/user/" + id + "/around/daily", 422, "invalid_user_id");
    EXPECT_EQ(client.del(admin_root + "/user/" + id).problem_code(), "invalid_user_id") << id;
  }
  expect_refused(user_path(std::string(129, 'x')), 422, "invalid_user_id");
}

TEST_F(BadRequests, ForBrokenEscapes) {
  for (const auto* id : {"%", "%4", "%zz", "a%", "%%41", "%u0041"}) {
    expect_refused(api_root + "/user/" + id, 400, "malformed");
    expect_refused(api_root + "/" + id, 400, "malformed");
  }
}

TEST_F(BadRequests, ForUnknownRoutes) {
  for (const auto& path :
       {std::string{"/nowhere"}, std::string{"/api"}, api_root, api_root + "/", database_root,
        api_root + "/daily/", api_root + "/daily/x", api_root + "/user/",
        api_root + "/user//rank/daily", "/" + api_root + "/daily", std::string{"/healthz/"},
        std::string{"/HEALTHZ"}, std::string{"/../healthz"}, admin_root + "/",
        admin_root + "/nothing/here"})
    expect_refused(path, 404, "unknown_route");
}

TEST_F(BadRequests, ForMethodsThatAPathDoesNotHave) {
  const std::vector<std::array<std::string, 3>> cases{
      {"POST", "/healthz", "GET, HEAD, OPTIONS"},
      {"DELETE", "/readyz", "GET, HEAD, OPTIONS"},
      {"PUT", api_root + "/daily", "GET, HEAD, OPTIONS"},
      {"PATCH", user_path("a"), "GET, HEAD, OPTIONS"},
      {"PUT", api_root + "/update/batch", "OPTIONS, POST"},
      {"GET", api_root + "/update", "OPTIONS, POST"},
      {"GET", api_root + "/update/batch", "OPTIONS, POST"},
      {"GET", admin_root + "/sync", "OPTIONS, POST"},
      {"GET", admin_root + "/cache", "DELETE, OPTIONS"},
      {"POST", admin_root + "/user/a", "DELETE, OPTIONS"},
      {"PUT", admin_root + "/reset/daily", "OPTIONS, POST"},
      {"TRACE", "/", "GET, HEAD, OPTIONS"},
  };
  for (const auto& [method, path, allow] : cases) {
    const auto answer =
        exchange(service.port(), method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(answer.status, 405) << method << " " << path;
    EXPECT_EQ(answer.problem_code(), "method_not_allowed") << method << " " << path;
    EXPECT_EQ(answer.header("allow"), allow) << method << " " << path;
  }
}

TEST_F(BadRequests, ThatAreNotHttp) {
  for (const auto* bytes :
       {"\r\n\r\n", "nonsense\r\n\r\n", "GET / HTTP/3.0\r\n\r\n", "BREW /daily HTTP/1.1\r\n\r\n",
        "\x16\x03\x01\x02\xa5\x01\r\n\r\n", "GET http:// HTTP/1.1 x\r\n\r\n"}) {
    const auto answer = exchange(service.port(), bytes);
    EXPECT_EQ(answer.status, 400) << bytes;
    EXPECT_EQ(answer.problem_code(), "malformed") << bytes;
  }
}

TEST_F(BadRequests, WithFramingThatMakesNoSense) {
  const std::string head = "POST " + api_root
                           + "/update HTTP/1.1\r\nHost: localhost\r\n"
                             "Content-Type: application/json\r\n";
  const std::string body = R"({"user_id":"a"})";
  for (const auto* framing :
       {"Content-Length: x\r\n", "Content-Length: -1\r\n",
        "Content-Length: 15\r\nContent-Length: 15\r\n",
        "Content-Length: 15\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n"}) {
    const auto answer = exchange(service.port(), head + framing + "\r\n" + body);
    EXPECT_EQ(answer.status, 400) << framing;
    EXPECT_EQ(answer.problem_code(), "malformed") << framing;
  }
}

TEST_F(BadRequests, WithHeadersThatAreTooLarge) {
  std::string lines;
  for (int i = 0; i < 10'000; ++i)
    lines += "X-" + std::to_string(i) + ": value\r\n";
  const auto answer = exchange(service.port(), get_request("/healthz", lines));
  EXPECT_EQ(answer.status, 431);
  EXPECT_EQ(answer.problem_code(), "headers_too_large");
  const auto path = exchange(service.port(), get_request("/" + std::string(20'000, 'x')));
  EXPECT_EQ(path.status, 431);
  EXPECT_EQ(path.problem_code(), "headers_too_large");
}

TEST_F(BadRequests, KeepTheRequestIdThatTheyCameWith) {
  const auto answer = client.get("/nowhere", {{"X-Request-Id", "trace-7"}});
  EXPECT_EQ(answer.problem_code(), "unknown_route");
  EXPECT_EQ(text(answer.json(), "request_id"), "trace-7");
}

class SlowSenders : public BadRequests {
protected:
  SlowSenders() : BadRequests({"http.request_timeout=500ms"}) {}
};

TEST_F(SlowSenders, AreCutWhileOthersAreServed) {
  std::vector<raw_connection> slow;
  for (int i = 0; i < 20; ++i) {
    slow.emplace_back(service.port());
    const auto whole = post_request(api_root + "/update", R"({"user_id":"slow"})");
    ASSERT_TRUE(slow.back().send(whole.substr(0, whole.size() - 1 - static_cast<std::size_t>(i))));
  }
  const auto started = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(client.get("/healthz").status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::milliseconds{500});
  for (auto& c : slow) {
    const auto answer = c.read();
    EXPECT_EQ(answer.status, 408);
    EXPECT_EQ(answer.problem_code(), "request_timeout");
    EXPECT_TRUE(c.closes());
  }
  EXPECT_EQ(client.get(user_path("slow")).problem_code(), "unknown_user");
}

} // namespace
} // namespace standings::test
