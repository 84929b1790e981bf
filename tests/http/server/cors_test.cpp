#include "http/server/cors.hpp"
#include "tests/http/stub_server.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

const std::string listed = "https://a.example";
const std::string unlisted = "https://b.example";

server_options with_origins(std::vector<std::string> origins) {
  auto out = stub_server::options_with(stub_server::four_loops());
  out.cors_origins = std::move(origins);
  return out;
}

std::string origin_field(const std::string& origin) {
  return "Origin: " + origin + "\r\n";
}

std::string options_request(const std::string& path, const std::string& headers = {}) {
  return "OPTIONS " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
}

std::string preflight(const std::string& path, const std::string& origin,
                      const std::string& method = "POST") {
  return options_request(path, origin_field(origin) + "Access-Control-Request-Method: " + method
                                   + "\r\nAccess-Control-Request-Headers: content-type\r\n");
}

void expect_readable_by_listed(const raw_response& answer) {
  EXPECT_EQ(answer.header("access-control-allow-origin"), listed);
  EXPECT_EQ(answer.header("access-control-allow-credentials"), "true");
  EXPECT_EQ(answer.header("vary"), "Origin");
  for (const auto* name :
       {"X-Request-Id", "Retry-After", "RateLimit-Reset", "Idempotent-Replayed", "ETag"})
    EXPECT_NE(answer.header("access-control-expose-headers").find(name), std::string::npos) << name;
}

void expect_readable_by_nobody(const raw_response& answer) {
  EXPECT_EQ(answer.header("access-control-allow-origin"), "");
  EXPECT_EQ(answer.header("access-control-allow-credentials"), "");
}

TEST(Cors, LetsPagesOfListedOriginsReadAnswers) {
  const stub_server server{with_origins({listed})};
  const auto answer = server.ask(get_request("/item/1", origin_field(listed)));
  EXPECT_EQ(answer.status, 200);
  expect_readable_by_listed(answer);
}

TEST(Cors, LetsThemReadErrorsToo) {
  const stub_server server{with_origins({listed})};
  const auto fields = origin_field(listed);
  for (const auto& [request, status] :
       std::vector<std::pair<std::string, int>>{{get_request("/nowhere", fields), 404},
                                                {get_request("/echo", fields), 405},
                                                {get_request("/throws", fields), 500},
                                                {post_request("/echo", "{}", fields), 415},
                                                {post_request("/admin", "", fields), 403},
                                                {get_request("/item/%", fields), 400}}) {
    const auto answer = server.ask(request);
    EXPECT_EQ(answer.status, status) << request;
    expect_readable_by_listed(answer);
  }
}

TEST(Cors, LetsNobodyElseReadThem) {
  const stub_server server{with_origins({listed})};
  for (const auto& fields :
       {origin_field(unlisted), origin_field("null"), origin_field("https://a.example.org"),
        origin_field("http://a.example"), origin_field("https://A.example"),
        origin_field(listed) + origin_field(unlisted), std::string{}}) {
    const auto answer = server.ask(get_request("/item/1", fields));
    EXPECT_EQ(answer.status, 200) << fields;
    expect_readable_by_nobody(answer);
    EXPECT_EQ(answer.header("vary"), "Origin") << "a cache must not mix them up: " << fields;
  }
}

TEST(Cors, IsOffByDefault) {
  const stub_server server;
  const auto answer = server.ask(get_request("/item/1", origin_field(listed)));
  EXPECT_EQ(answer.status, 200);
  expect_readable_by_nobody(answer);
  EXPECT_EQ(answer.header("vary"), "");
  EXPECT_EQ(server.ask(preflight("/echo", listed)).problem_code(), "forbidden");
}

TEST(Cors, WithAStarIsForAllButWithoutCredentials) {
  const stub_server server{with_origins({"*"})};
  for (const auto& origin : {listed, unlisted, std::string{"null"}}) {
    const auto answer = server.ask(get_request("/item/1", origin_field(origin)));
    EXPECT_EQ(answer.header("access-control-allow-origin"), "*");
    EXPECT_EQ(answer.header("access-control-allow-credentials"), "");
  }
}

TEST(Cors, WithAStarGivesCredentialsToNamedOrigins) {
  const stub_server server{with_origins({"*", listed})};
  expect_readable_by_listed(server.ask(get_request("/item/1", origin_field(listed))));
  const auto other = server.ask(get_request("/item/1", origin_field(unlisted)));
  EXPECT_EQ(other.header("access-control-allow-origin"), "*");
  EXPECT_EQ(other.header("access-control-allow-credentials"), "");
}

TEST(Cors, AnswersPreflights) {
  const stub_server server{with_origins({listed})};
  auto c = server.connect();
  const auto answer = c.ask(preflight("/echo", listed));
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.header("access-control-allow-methods"), "OPTIONS, POST");
  EXPECT_EQ(answer.header("access-control-max-age"), "600");
  const auto allowed = answer.header("access-control-allow-headers");
  for (const auto* name : {"Authorization", "Content-Type", "Idempotency-Key", "If-None-Match",
                           "Last-Event-ID", "X-Request-Id"})
    EXPECT_NE(allowed.find(name), std::string::npos) << name;
  expect_readable_by_listed(answer);
  EXPECT_EQ(c.ask(post_request("/echo", "{}")).body, "{}") << "the connection goes on";
}

TEST(Cors, AnswersPreflightsOfAdminRoutesWithoutToken) {
  auto options = with_origins({listed});
  options.doors =
      std::make_shared<access_control>(stub_server::policy_with("s3cr3t-token-for-tests"));
  const stub_server server{options};
  EXPECT_EQ(server.ask(preflight("/admin", listed)).status, 204);
  const auto refused = server.ask(post_request("/admin", "", origin_field(listed)));
  EXPECT_EQ(refused.status, 401);
  expect_readable_by_listed(refused);
  const auto done = server.ask(post_request(
      "/admin", "", origin_field(listed) + "Authorization: Bearer s3cr3t-token-for-tests\r\n"));
  EXPECT_EQ(done.status, 200);
}

TEST(Cors, DoesNotOpenAdminRoutesOnLoopbackToListedPages) {
  const stub_server server{with_origins({listed, "*"})};
  for (const auto& origin : {listed, unlisted})
    EXPECT_EQ(server.ask(post_request("/admin", "", origin_field(origin))).problem_code(),
              "forbidden");
}

TEST(Cors, RefusesPreflightsOfOtherOrigins) {
  const stub_server server{with_origins({listed})};
  const auto answer = server.ask(preflight("/echo", unlisted));
  EXPECT_EQ(answer.problem_code(), "forbidden");
  expect_readable_by_nobody(answer);
}

TEST(Cors, LeavesAnAnswerItsOwnFields) {
  answer own;
  own.headers.emplace_back("Access-Control-Allow-Origin", "*");
  std::string text;
  append_response(text, own, "id", connection_says::nothing, false,
                  cors_policy{{listed}}.fields_for({{"Origin", listed}}));
  EXPECT_EQ(text.find(listed), std::string::npos);
}

TEST(Options, TellsTheMethodsOfAPath) {
  const stub_server server;
  auto c = server.connect();
  for (const auto& [path, methods] :
       std::vector<std::pair<std::string, std::string>>{{"/item/1", "GET, HEAD, OPTIONS"},
                                                        {"/echo", "OPTIONS, POST"},
                                                        {"/admin", "OPTIONS, POST"}}) {
    const auto answer = c.ask(options_request(path));
    EXPECT_EQ(answer.status, 204) << path;
    EXPECT_EQ(answer.header("allow"), methods) << path;
    EXPECT_FALSE(answer.headers.contains("content-length")) << path;
    EXPECT_FALSE(answer.headers.contains("content-type")) << path;
  }
  EXPECT_EQ(c.ask(options_request("/nowhere")).problem_code(), "unknown_route");
  EXPECT_EQ(c.ask(options_request("/item/1", origin_field(unlisted))).status, 204)
      << "no preflight: it asks for no method";
}

TEST(Options, IsToldWithAnAnswerThatDoesNotReadABody) {
  const stub_server server;
  auto c = server.connect();
  const auto answer = c.ask(options_request("/echo", "Content-Length: 2\r\n") + "{}");
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.header("connection"), "close");
}

TEST(Answers, AreNeverSniffed) {
  const stub_server server;
  for (const auto& request :
       {get_request("/item/1"), get_request("/nowhere"), options_request("/echo"),
        post_request("/echo", "{}"), get_request("/throws"), std::string{"nonsense\r\n\r\n"}})
    EXPECT_EQ(server.ask(request).header("x-content-type-options"), "nosniff") << request;
}

} // namespace
} // namespace standings::test
