#include "http/api/api.hpp"
#include "http/api/docs_routes.hpp"

#include <gtest/gtest.h>

#include <map>

namespace standings {
namespace {

answer get_docs(const std::string& path, const header_fields& headers = {}) {
  router routes;
  add_docs_routes(routes);
  request rq;
  rq.method = "GET";
  rq.target = path;
  rq.headers = headers;
  return value_at_once(routes.find("GET", path_segments(path).value()).found->handle(rq)).value();
}

std::string header_of(const answer& a, const std::string& name) {
  const std::map<std::string, std::string> all{a.headers.begin(), a.headers.end()};
  const auto at = all.find(name);
  return at == all.end() ? std::string{} : at->second;
}

TEST(DocsRoutes, WhoHasACopyIsToldThatItIsUpToDate) {
  std::string last;
  for (const auto* path : {"/openapi.yaml", "/openapi.json", "/docs", "/docs.css"}) {
    const auto first = get_docs(path);
    EXPECT_EQ(first.status, 200) << path;
    EXPECT_FALSE(first.body.empty()) << path;
    EXPECT_EQ(header_of(first, "Cache-Control"), "no-cache") << path;
    const auto tag = header_of(first, "ETag");
    EXPECT_EQ(tag.size(), 34U) << path;
    EXPECT_NE(tag, last) << path;
    const auto again = get_docs(path, {{"If-None-Match", "\"other\", W/" + tag}});
    EXPECT_EQ(again.status, 304) << path;
    EXPECT_TRUE(again.body.empty()) << path;
    EXPECT_EQ(header_of(again, "ETag"), tag) << path;
    EXPECT_EQ(get_docs(path, {{"If-None-Match", "\"other\""}}).status, 200) << path;
    last = tag;
  }
}

} // namespace
} // namespace standings
