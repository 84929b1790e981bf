#include "tests/http/stub_server.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

std::string post_with(const std::string& headers, const std::string& rest) {
  return "POST /echo HTTP/1.1\r\nHost: a\r\n" + std::string{json_type} + headers + "\r\n" + rest;
}

std::string chunked(const std::string& chunks) {
  return post_with("Transfer-Encoding: chunked\r\n", chunks);
}

std::string chunk(const std::string& text) {
  std::ostringstream out;
  out << std::hex << text.size() << "\r\n" << text << "\r\n";
  return out.str();
}

server_limits small_bodies() {
  auto out = stub_server::four_loops();
  out.limits.max_body_bytes = 1'000;
  return out;
}

/// Expects the request to be refused, and nothing after it to be taken for another request.
void expect_refused(const stub_server& server, const std::string& request, int status,
                    const std::string& code) {
  auto c = server.connect();
  const auto answer = c.ask(request + get_request("/item/smuggled"));
  EXPECT_EQ(answer.status, status) << request.substr(0, 200);
  EXPECT_EQ(answer.problem_code(), code) << request.substr(0, 200);
  EXPECT_EQ(answer.header("connection"), "close") << request.substr(0, 200);
  EXPECT_TRUE(c.closes()) << request.substr(0, 200);
}

TEST(Framing, TakesABodyWithALength) {
  const stub_server server{small_bodies()};
  auto c = server.connect();
  for (const std::size_t size : {1U, 999U, 1'000U})
    EXPECT_EQ(c.ask(post_request("/echo", std::string(size, 'x'))).body, std::string(size, 'x'));
  EXPECT_EQ(c.ask(post_request("/echo", "")).body, "");
}

TEST(Framing, TakesAChunkedBody) {
  const stub_server server{small_bodies()};
  auto c = server.connect();
  EXPECT_EQ(c.ask(chunked("0\r\n\r\n")).body, "");
  EXPECT_EQ(c.ask(chunked(chunk("ab") + chunk("c") + "0\r\n\r\n")).body, "abc");
  EXPECT_EQ(c.ask(chunked(chunk(std::string(1'000, 'x')) + "0\r\n\r\n")).body.size(), 1'000U);
  EXPECT_EQ(c.ask(post_with("Transfer-Encoding: Chunked\r\n", "0\r\n\r\n")).status, 200);
}

TEST(Framing, PassesOverTheTrailersOfAChunkedBody) {
  const stub_server server{small_bodies()};
  auto c = server.connect();
  for (const auto* trailers :
       {"X-Checksum: 1\r\n", "A: 1\r\nB:2\r\n", "Empty:\r\n", "Expires: a: b\t\xc3\xa4\r\n",
        "Content-Length: 5\r\n", "Transfer-Encoding: gzip\r\n"})
    EXPECT_EQ(c.ask(chunked(chunk("ab") + chunk("c") + "0\r\n" + trailers + "\r\n")).body, "abc")
        << trailers;
  EXPECT_EQ(c.ask(chunked("0;last=yes\r\nX: 1\r\n\r\n")).status, 200) << "an empty body";
  EXPECT_EQ(c.ask(chunked(chunk("0\r\nX: 1\r\n\r\n") + "000\r\nX: 1\r\n\r\n")).body,
            "0\r\nX: 1\r\n\r\n")
      << "what looks like trailers within a chunk";
  EXPECT_EQ(c.ask(get_request("/item/1")).status, 200) << "the connection goes on";
}

TEST(Framing, TakesTrailersThatComeByteByByte) {
  const stub_server server;
  auto c = server.connect();
  for (const char byte : chunked(chunk("ab") + "0\r\nX-Checksum: 1\r\n\r\n"))
    ASSERT_TRUE(c.send(std::string(1, byte)));
  EXPECT_EQ(c.read().body, "ab");
}

TEST(Framing, RefusesTrailersThatAreNone) {
  const stub_server server;
  for (const auto* trailers :
       {"x\r\n", ": 1\r\n", "a b: 1\r\n", " a: 1\r\n", "a: 1\n", "a: \x01\r\n", "A: 1\r\n b\r\n"})
    expect_refused(server, chunked(chunk("ab") + "0\r\n" + trailers + "\r\n"), 400, "malformed");
  EXPECT_EQ(server.echoed, 0);
}

TEST(Framing, RefusesMoreTrailersThanAnybodyNeeds) {
  const stub_server server;
  std::string many;
  for (int i = 0; i < 2'000; ++i)
    many += "X-Checksum: 1\r\n";
  expect_refused(server, chunked("0\r\n" + many + "\r\n"), 431, "headers_too_large");
  expect_refused(server, chunked("0\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"), 431,
                 "headers_too_large");
  EXPECT_EQ(server.echoed, 0);
}

TEST(Framing, RefusesABodyBeyondTheLimit) {
  const stub_server server{small_bodies()};
  expect_refused(server, post_request("/echo", std::string(1'001, 'x')), 413, "body_too_large");
  expect_refused(server, post_request("/echo", std::string(300'000, 'x')), 413, "body_too_large");
  EXPECT_EQ(server.echoed, 0);
}

TEST(Framing, RefusesAChunkedBodyBeyondTheLimit) {
  const stub_server server{small_bodies()};
  expect_refused(server, chunked(chunk(std::string(1'001, 'x')) + "0\r\n\r\n"), 413,
                 "body_too_large");
  std::string many;
  for (int i = 0; i < 2'000; ++i)
    many += chunk("x");
  expect_refused(server, chunked(many + "0\r\n\r\n"), 413, "body_too_large");
  expect_refused(server, chunked("7fffffff\r\n" + std::string(300'000, 'x')), 413,
                 "body_too_large");
  EXPECT_EQ(server.echoed, 0);
}

TEST(Framing, RefusesLengthsThatAreNone) {
  const stub_server server;
  for (const auto* length : {"abc", "-1", "+2", "2, 2", "0x2", "2 2", "1e1", "2\t3"})
    expect_refused(server, post_with("Content-Length: " + std::string{length} + "\r\n", "{}"), 400,
                   "malformed");
  EXPECT_EQ(server.echoed, 0);
}

TEST(Framing, RefusesAmbiguousLengths) {
  const stub_server server;
  for (const auto* headers :
       {"Content-Length: 2\r\nContent-Length: 2\r\n", "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: xchunked\r\n"})
    expect_refused(server, post_with(headers, "{}"), 400, "malformed");
  EXPECT_EQ(server.echoed, 0);
}

TEST(Framing, RefusesLengthsThatOverflow) {
  const stub_server server;
  for (const auto* length : {"18446744073709551615", "18446744073709551618", "9223372036854775808"})
    expect_refused(server, post_with("Content-Length: " + std::string{length} + "\r\n", "{}"), 413,
                   "body_too_large");
}

TEST(Framing, RefusesBrokenChunks) {
  const stub_server server;
  for (const auto* chunks : {"zz\r\nab\r\n0\r\n\r\n", "\r\n\r\n", "2\r\nabc\r\n0\r\n\r\n",
                             "2\r\nab0\r\n\r\n\r\n", "0\r\nx\r\n\r\n"})
    expect_refused(server, chunked(chunks), 400, "malformed");
  EXPECT_EQ(server.echoed, 0);
}

TEST(Framing, RefusesChunkSizesBelowZero) {
  const stub_server server;
  auto c = server.connect();
  ASSERT_TRUE(c.send(chunked("-5\r\nab\r\n0\r\n\r\n")));
  c.shut_write();
  EXPECT_NE(c.read().status, 200);
  EXPECT_EQ(server.echoed, 0);
}

TEST(Framing, RefusesEncodedBodies) {
  const stub_server server;
  for (const auto* coding : {"gzip", "deflate", "br"})
    expect_refused(
        server,
        post_with("Content-Length: 2\r\nContent-Encoding: " + std::string{coding} + "\r\n", "{}"),
        415, "unsupported_media_type");
}

TEST(Framing, RefusesBodiesOfOtherTypes) {
  const stub_server server;
  for (const auto* type :
       {"", "Content-Type: text/plain\r\n", "Content-Type: application/jsonx\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: multipart/form-data; boundary=x\r\n"})
    EXPECT_EQ(server.ask(post_request("/echo", "{}", type)).problem_code(),
              "unsupported_media_type")
        << type;
  for (const auto* type : {"application/json", "application/json; charset=utf-8",
                           "application/json ;charset=utf-8", "Application/JSON"})
    EXPECT_EQ(server.ask(post_request("/echo", "{}", "Content-Type: " + std::string{type} + "\r\n"))
                  .status,
              200)
        << type;
}

TEST(Framing, RefusesABodyOfAGet) {
  const stub_server server;
  expect_refused(server, "GET /item/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", 400,
                 "malformed");
}

TEST(Framing, InvitesABodyThatWaitsForIt) {
  const stub_server server;
  auto c = server.connect();
  ASSERT_TRUE(c.send(post_with("Content-Length: 2\r\nExpect: 100-continue\r\n", "")));
  EXPECT_EQ(c.read().status, 100);
  EXPECT_EQ(c.ask("{}").body, "{}");
}

TEST(Framing, RefusesABodyThatWaitsInVain) {
  const stub_server server{small_bodies()};
  auto c = server.connect();
  ASSERT_TRUE(c.send(post_with("Content-Length: 1001\r\nExpect: 100-continue\r\n", "")));
  auto answer = c.read();
  if (answer.status == 100)
    answer = c.read();
  EXPECT_EQ(answer.problem_code(), "body_too_large");
}

TEST(Framing, RefusesWhatIsNotHttp) {
  const stub_server server;
  for (const auto* text : {"nonsense\r\n\r\n", "GET\r\n\r\n", "GET /item/1\r\n\r\n",
                           "GET /item/1 HTTP/9.9\r\n\r\n", "BREW /item/1 HTTP/1.1\r\n\r\n",
                           "\x16\x03\x01\x02\r\n\r\n", "get /item/1 HTTP/1.1\r\n\r\n"})
    expect_refused(server, text, 400, "malformed");
}

} // namespace
} // namespace standings::test
