#include "tests/http/stub_server.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

/// Expects 400 and the end of the connection: nothing of what follows is taken for a request.
void expect_refused(const stub_server& server, const std::string& request) {
  auto c = server.connect();
  const auto answer = c.ask(request + get_request("/item/smuggled"));
  EXPECT_EQ(answer.status, 400) << request;
  EXPECT_EQ(answer.problem_code(), "malformed") << request;
  EXPECT_EQ(answer.header("connection"), "close") << request;
  EXPECT_TRUE(c.closes()) << request;
}

TEST(StrictHeads, RefuseLinesThatAreNoFields) {
  const stub_server server;
  using namespace std::string_literals;
  for (const auto& line :
       {"Content-Length : 40\r\n"s, "Content-Length:\r\n 40\r\n"s, "Content-Length:\r\n\t40\r\n"s,
        "X-A: b\nContent-Length: 40\r\n"s, "Content\0-Length: 40\r\n"s, "X-A: b\0c\r\n"s,
        "no colon\r\n"s, "Content-Length:\r\n"s, "Content-Length: \t\r\n"s, ": no name\r\n"s,
        " X-A: b\r\n"s, "X A: b\r\n"s, "X-A\t: b\r\n"s, "X-A: b\rc\r\n"s, "X(A): b\r\n"s,
        "X-A: \x01\r\n"s, "X-A: \x7f\r\n"s, "\xc3\xa4: b\r\n"s})
    expect_refused(server, "POST /echo HTTP/1.1\r\nHost: a\r\n" + std::string{json_type} + line
                               + "\r\n" + get_request("/item/inner"));
  EXPECT_EQ(server.echoed, 0);
}

TEST(StrictHeads, RefuseRequestLinesThatAreNone) {
  const stub_server server;
  using namespace std::string_literals;
  for (const auto& line :
       {"GET  /item/1 HTTP/1.1"s, "GET /item/1  HTTP/1.1"s, " GET /item/1 HTTP/1.1"s,
        "GET /item/1 HTTP/1.1 "s, "GET\t/item/1 HTTP/1.1"s, "GET /item/\0 HTTP/1.1"s,
        "GET /item/1 HTTP/2.0"s, "GET /item/1 HTTP/1.10"s, "GET /item/1 http/1.1"s,
        "GET /item/1 HTTP/1.1\n"s, "GE\0T /item/1 HTTP/1.1"s})
    expect_refused(server, line + "\r\nHost: a\r\n\r\n");
}

TEST(StrictHeads, RefuseASecondHost) {
  const stub_server server;
  expect_refused(server, "GET /item/1 HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n");
  expect_refused(server, "GET /item/1 HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n");
}

TEST(StrictHeads, RefuseAChunkedBodyOfHttp10) {
  const stub_server server;
  expect_refused(server, "POST /echo HTTP/1.0\r\n" + std::string{json_type}
                             + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
}

TEST(StrictHeads, TakeOrdinaryFields) {
  const stub_server server;
  for (const auto* line :
       {"X-A:b\r\n", "X-A: \t b \t\r\n", "X-A:\r\n", "x-a: b: c\r\n", "X-A: \xc3\xa4\r\n",
        "!#$%&'*+-.^_`|~09azAZ: b\r\n", "X-A: \"quoted, text\"\r\n"})
    EXPECT_EQ(server.ask(get_request("/item/1", line)).body, "1") << line;
}

TEST(StrictChunks, RefuseSizesThatAreNoHexadecimalDigits) {
  const stub_server server;
  for (const auto* chunks :
       {"+10\r\n0123456789abcdef\r\n0\r\n\r\n", "0x10\r\n0123456789abcdef\r\n0\r\n\r\n",
        "10zz\r\n0123456789abcdef\r\n0\r\n\r\n", "10\n0123456789abcdef\r\n0\r\n\r\n",
        "-10\r\n0123456789abcdef\r\n0\r\n\r\n", " 2\r\n{}\r\n0\r\n\r\n", "2 \r\n{}\r\n0\r\n\r\n",
        "2\t\r\n{}\r\n0\r\n\r\n", "2\r\n{}\n0\r\n\r\n", "2\r{}\r\n0\r\n\r\n",
        "2;\x01\r\n{}\r\n0\r\n\r\n", "2;a\n\r\n{}\r\n0\r\n\r\n", "2\r\r\n{}\r\n0\r\n\r\n",
        "20000000000000000\r\n{}\r\n0\r\n\r\n", "2\r\n{}\r\n0\n\r\n", "2\r\n{}\r\n0\r\n\n",
        "2,\r\n{}\r\n0\r\n\r\n"})
    expect_refused(server, "POST /echo HTTP/1.1\r\nHost: a\r\n" + std::string{json_type}
                               + "Transfer-Encoding: chunked\r\n\r\n" + chunks);
  EXPECT_EQ(server.echoed, 0);
}

TEST(StrictChunks, TakeExtensionsAndLeadingZeros) {
  const stub_server server;
  auto c = server.connect();
  for (const auto* chunks : {"2;name=value\r\n{}\r\n0\r\n\r\n", "2;a=\"b c\"\r\n{}\r\n0;x\r\n\r\n",
                             "00000000000000000002\r\n{}\r\n0\r\n\r\n", "2\r\n{}\r\n000\r\n\r\n"})
    EXPECT_EQ(c.ask("POST /echo HTTP/1.1\r\nHost: a\r\n" + std::string{json_type}
                    + "Transfer-Encoding: chunked\r\n\r\n" + chunks)
                  .body,
              "{}")
        << chunks;
}

} // namespace
} // namespace standings::test
