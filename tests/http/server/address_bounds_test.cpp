#include "tests/http/stub_server.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <list>

namespace standings::test {
namespace {

using std::chrono::seconds;

/// Everything on this machine is bounded, as if it came from elsewhere.
server_options bounding(std::size_t connections, std::size_t streams) {
  auto out = stub_server::options_with(stub_server::four_loops());
  out.limits.address_connections = connections;
  out.limits.address_streams = streams;
  out.rates.loopback = true;
  return out;
}

/// Asks for a stream that sends nothing; the head of its answer. `for_client`: whom a proxy names.
raw_response follow(raw_connection& over, const std::string& for_client = {}) {
  const auto forwarded =
      for_client.empty() ? std::string{} : "X-Forwarded-For: " + for_client + "\r\n";
  over.send(get_request("/silent", forwarded));
  const auto head = over.read_until("\r\n\r\n");
  auto out = head ? parse_response_head(*head) : raw_response{};
  if (const auto size = out.header("content-length"); !size.empty()) {
    out.body = over.read_bytes(std::stoul(size)).value_or("");
    out.complete = true;
  }
  return out;
}

TEST(AddressConnections, BeyondTheBoundAreRefusedAndOthersServed) {
  auto options = bounding(3, 0);
  options.limits.max_connections = 5;
  const stub_server server{options};
  std::list<raw_connection> silent;
  for (int i = 0; i < 3; ++i)
    silent.push_back(server.connect("127.0.0.2"));
  for (int i = 0; i < 4; ++i) {
    auto refused = server.connect("127.0.0.2");
    const auto answer = refused.read();
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.problem_code(), "overloaded");
    EXPECT_EQ(answer.header("retry-after"), "1");
    EXPECT_EQ(answer.header("connection"), "close");
    EXPECT_TRUE(refused.closes());
  }
  EXPECT_EQ(server.ask(get_request("/alive")).body, "alive") << "of another address";
  EXPECT_EQ(silent.back().ask(get_request("/item/1")).body, "1") << "what is open stays";
  EXPECT_EQ(server.total(&loop_traffic::address_connections_refused), 4U);
  EXPECT_EQ(server.total(&loop_traffic::connections_refused), 0U);
}

TEST(AddressConnections, ThatEndMakeRoomForOthers) {
  const stub_server server{bounding(1, 0)};
  auto open = std::make_unique<raw_connection>(server.connect());
  EXPECT_EQ(open->ask(get_request("/item/1")).body, "1");
  EXPECT_EQ(server.connect().read().status, 503);
  open.reset();
  EXPECT_TRUE(
      eventually([&] { return server.ask(get_request("/item/1")).status == 200; }, seconds{5}));
}

TEST(AddressConnections, OfThisMachineAreNotBoundedUnlessAsked) {
  auto options = bounding(1, 0);
  options.rates.loopback = false;
  const stub_server server{options};
  std::list<raw_connection> open;
  for (int i = 0; i < 5; ++i) {
    open.push_back(server.connect());
    EXPECT_EQ(open.back().ask(get_request("/item/1")).status, 200);
  }
}

TEST(AddressConnections, OfATrustedProxyAreNotBounded) {
  auto options = bounding(1, 0);
  options.trusted_proxies = {"127.0.0.2"};
  const stub_server server{options};
  std::list<raw_connection> open;
  for (int i = 0; i < 5; ++i) {
    open.push_back(server.connect("127.0.0.2"));
    EXPECT_EQ(open.back().ask(get_request("/item/1")).status, 200);
  }
  const auto direct = server.connect();
  EXPECT_EQ(server.connect().read().status, 503);
}

TEST(AddressStreams, BeyondTheBoundAreRefusedAndTheConnectionStays) {
  const stub_server server{bounding(0, 2)};
  std::list<raw_connection> open;
  for (int i = 0; i < 2; ++i) {
    open.push_back(server.connect());
    EXPECT_EQ(follow(open.back()).header("content-type"), "text/event-stream");
  }
  auto third = server.connect();
  const auto refused = follow(third);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.problem_code(), "rate_limited");
  EXPECT_EQ(refused.header("retry-after"), "1");
  EXPECT_EQ(third.ask(get_request("/item/1")).body, "1");
  auto other = server.connect("127.0.0.2");
  EXPECT_EQ(follow(other).status, 200);
  open.pop_front();
  EXPECT_TRUE(eventually([&] { return follow(third).status == 200; }, seconds{5}))
      << "a stream that ends makes room for another";
}

TEST(AddressStreams, OfAProxyCountForTheClientThatItNames) {
  auto options = bounding(0, 1);
  options.rates.loopback = false;
  options.trusted_proxies = {"127.0.0.1"};
  const stub_server server{options};
  std::list<raw_connection> open;
  const auto status_for = [&](const std::string& client) {
    open.push_back(server.connect());
    return follow(open.back(), client).status;
  };
  EXPECT_EQ(status_for("203.0.113.1"), 200);
  EXPECT_EQ(status_for("203.0.113.1"), 429);
  EXPECT_EQ(status_for("198.51.100.9, 203.0.113.1"), 429) << "whatever it invents";
  EXPECT_EQ(status_for("203.0.113.2"), 200);
  EXPECT_EQ(status_for("2001:db8:1:2::1"), 200);
  EXPECT_EQ(status_for("2001:db8:1:2:3:4:5:6"), 429) << "the same network of 64 bits";
  EXPECT_EQ(status_for("2001:db8:1:3::1"), 200);
}

TEST(AddressStreams, OfThisMachineAreNotBoundedUnlessAsked) {
  auto options = bounding(0, 1);
  options.rates.loopback = false;
  const stub_server server{options};
  std::list<raw_connection> open;
  for (int i = 0; i < 3; ++i) {
    open.push_back(server.connect());
    EXPECT_EQ(follow(open.back()).status, 200);
  }
}

TEST(AddressStreams, ThatAllStreamsTogetherLeaveNoRoomForGiveTheirPlaceBack) {
  auto options = bounding(0, 1);
  options.limits.max_streams = 1;
  const stub_server server{options};
  auto open = std::make_unique<raw_connection>(server.connect("127.0.0.2"));
  ASSERT_EQ(follow(*open).status, 200);
  auto client = server.connect();
  EXPECT_EQ(follow(client).status, 503);
  EXPECT_EQ(follow(client).status, 503) << "not 429";
}

} // namespace
} // namespace standings::test
