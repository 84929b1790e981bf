#include "http/api/api.hpp"
#include "http/api/static_routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>

namespace standings {
namespace {

/// The answer of the static route at `path`.
answer get(const std::string& path, const header_fields& headers = {}) {
  router routes;
  add_static_routes(routes);
  request rq;
  rq.method = "GET";
  rq.target = path;
  rq.headers = headers;
  const auto found = routes.find("GET", path_segments(path).value());
  if (!found.found)
    throw std::runtime_error{"no route: " + path};
  return value_at_once(found.found->handle(rq)).value();
}

std::map<std::string, std::string> headers_of(const answer& a) {
  return {a.headers.begin(), a.headers.end()};
}

TEST(StaticRoutes, EveryFileIsServedWithItsTypeAndIsNeverStale) {
  const std::map<std::string, std::string> types{
      {"/standings.js", "text/javascript; charset=utf-8"},
      {"/example", "text/html; charset=utf-8"},
      {"/example/example.js", "text/javascript; charset=utf-8"},
      {"/example/example.css", "text/css; charset=utf-8"},
      {"/dashboard/index.html", "text/html; charset=utf-8"},
      {"/dashboard/icon.svg", "image/svg+xml"}};
  for (const auto& [path, type] : types) {
    const auto file = get(path);
    EXPECT_EQ(file.status, 200) << path;
    EXPECT_EQ(file.content_type, type) << path;
    EXPECT_FALSE(file.body.empty()) << path;
    EXPECT_EQ(headers_of(file)["Cache-Control"], "no-cache") << path;
  }
}

TEST(StaticRoutes, PagesMayLoadNothingFromElsewhere) {
  for (const auto* path : {"/dashboard/index.html", "/example", "/standings.js"}) {
    auto headers = headers_of(get(path));
    EXPECT_EQ(headers["Content-Security-Policy"],
              "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
              "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    EXPECT_EQ(headers["Referrer-Policy"], "no-referrer");
  }
}

TEST(StaticRoutes, OtherOriginsMayImportTheClientAlone) {
  EXPECT_EQ(headers_of(get("/standings.js"))["Access-Control-Allow-Origin"], "*");
  EXPECT_FALSE(headers_of(get("/example")).contains("Access-Control-Allow-Origin"));
}

TEST(StaticRoutes, AnswersNotModifiedToAClientThatHasTheSame) {
  const auto tag = headers_of(get("/standings.js")).at("ETag");
  for (const auto& known : {tag, "W/" + tag, "\"other\", " + tag, std::string{"*"}}) {
    const auto again = get("/standings.js", {{"If-None-Match", known}});
    EXPECT_EQ(again.status, 304) << known;
    EXPECT_TRUE(again.body.empty()) << known;
    EXPECT_EQ(headers_of(again).at("ETag"), tag) << known;
  }
  EXPECT_EQ(get("/standings.js", {{"If-None-Match", "\"other\""}}).status, 200);
  EXPECT_NE(headers_of(get("/example")).at("ETag"), tag);
}

TEST(StaticRoutes, ANotModifiedAnswerHasNeitherBodyNorLength) {
  answer same;
  same.status = 304;
  std::string sent;
  append_response(sent, same, "id", connection_says::nothing, false);
  EXPECT_THAT(sent, ::testing::StartsWith("HTTP/1.1 304 Not Modified\r\n"));
  EXPECT_THAT(sent, ::testing::Not(::testing::HasSubstr("\r\nContent-")));
  EXPECT_THAT(sent, ::testing::EndsWith("\r\n\r\n"));
}

TEST(StaticRoutes, TheRootIsAPageForBrowsersAndJsonForOthers) {
  const auto page = [](const char* accept) {
    const auto out = get("/", {{"Accept", accept}});
    EXPECT_EQ(headers_of(out)["Vary"], "Accept");
    return out.content_type == "text/html; charset=utf-8";
  };
  EXPECT_TRUE(page("text/html"));
  EXPECT_TRUE(page("application/xml, Text/HTML;level=1;q=0.5, */*"));
  EXPECT_FALSE(page("*/*"));
  EXPECT_FALSE(page("application/json"));
  EXPECT_FALSE(page("text/html;q=0, */*"));
  EXPECT_FALSE(page("text/htmlx"));
  EXPECT_EQ(get("/").content_type, "application/json");
}

TEST(StaticRoutes, FilesOfAnyContentAreEmbeddedByteByByte) {
  for (const auto& file : web_files()) {
    std::ifstream from{std::string{STANDINGS_SOURCE_DIR} + "/web/" + std::string{file.name},
                       std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{from}, {}};
    EXPECT_EQ(file.content, bytes) << file.name;
  }
}

} // namespace
} // namespace standings
