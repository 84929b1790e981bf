#include "http/server/date_field.hpp"
#include "tests/http/stub_server.hpp"

#include <gtest/gtest.h>

#include <ctime>

namespace standings::test {
namespace {

std::string date_of(std::time_t at) {
  const auto line = print_date_field(at);
  return line.substr(6, line.size() - 8);
}

TEST(DateField, IsInTheFormatThatTheStandardWants) {
  EXPECT_EQ(print_date_field(784'111'777), "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  EXPECT_EQ(date_of(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(date_of(951'782'399), "Mon, 28 Feb 2000 23:59:59 GMT");
}

TEST(DateField, IsOnEveryAnswer) {
  const stub_server server;
  for (const auto& request :
       {get_request("/item/1"), get_request("/nowhere"), std::string{"no request\r\n\r\n"},
        std::string{"OPTIONS /item/1 HTTP/1.1\r\nHost: a\r\n\r\n"}}) {
    const auto before = std::time(nullptr);
    const auto answer = server.ask(request);
    const auto after = std::time(nullptr);
    bool told = false;
    for (auto at = before; at <= after; ++at)
      told = told || answer.header("date") == date_of(at);
    EXPECT_TRUE(told) << request << answer.header("date");
  }
}

TEST(Caching, NoAnswerIsKeptUnlessItSaysSo) {
  const stub_server server;
  EXPECT_EQ(server.ask(get_request("/item/1")).header("cache-control"), "no-store");
  EXPECT_EQ(server.ask(get_request("/nowhere")).header("cache-control"), "no-store");
  answer own;
  own.headers.emplace_back("Cache-Control", "no-cache");
  std::string text;
  append_response(text, own, "id", connection_says::nothing, false);
  EXPECT_EQ(text.find("no-store"), std::string::npos);
}

} // namespace
} // namespace standings::test
