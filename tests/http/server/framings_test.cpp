#include "tests/http/server/framings.hpp"
#include "tests/http/stub_server.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

TEST(Framings, AreJudgedByTheStandard) {
  const stub_server server;
  const auto all = framings();
  EXPECT_GE(all.size(), 80U);
  for (const auto& one : all) {
    SCOPED_TRACE(one.name);
    auto c = server.connect();
    if (one.verdict == verdict_of_rfc::request) {
      EXPECT_EQ(c.ask(one.bytes).status, 200);
      EXPECT_EQ(c.ask(get_request("/item/next")).body, "next");
      continue;
    }
    const auto answer = c.ask(one.bytes + smuggled_request());
    EXPECT_EQ(answer.status, 400) << answer.body;
    EXPECT_EQ(answer.problem_code(), "malformed");
    EXPECT_EQ(answer.header("connection"), "close");
    EXPECT_TRUE(c.closes());
    EXPECT_EQ(server.smuggled, 0);
  }
}

} // namespace
} // namespace standings::test
