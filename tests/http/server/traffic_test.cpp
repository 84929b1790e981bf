#include "tests/http/stub_server.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

using std::chrono::seconds;

std::uint64_t answers(const stub_server& server, const std::string& pattern, int status) {
  const auto traffic = server.traffic();
  std::size_t number = traffic.routes->size(); // of requests without a route
  for (std::size_t i = 0; i < traffic.routes->size(); ++i)
    if (traffic.routes->at(i).pattern == pattern)
      number = i;
  std::uint64_t out = 0;
  for (const auto* loop : traffic.loops)
    for (std::size_t i = 0; i < counted_statuses.size(); ++i)
      if (counted_statuses[i] == status)
        out += loop->routes()[number].statuses()[i].value();
  return out;
}

TEST(Traffic, IsCountedByPatternOnWhateverLoopItArrives) {
  const stub_server server; // of four loops
  for (int i = 0; i < 8; ++i)
    ASSERT_EQ(server.ask(get_request("/item/" + std::to_string(i))).status, 200);
  EXPECT_EQ(answers(server, "/item/{id}", 200), 8U);
  EXPECT_EQ(server.total(&loop_traffic::connections), 8U);
}

TEST(Traffic, OfRefusedRequestsCountsUnderTheirRoute) {
  const stub_server server{stub_server::four_loops(), "secret"};
  EXPECT_EQ(server.ask("POST /admin HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").status, 401);
  EXPECT_EQ(answers(server, "/admin", 401), 1U);
}

TEST(Traffic, WithoutARouteCountsTogether) {
  const stub_server server;
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(server.ask(get_request("/unknown/" + std::to_string(i))).status, 404);
  EXPECT_EQ(server.ask("PUT /alive HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").status, 405);
  EXPECT_EQ(server.ask("nonsense\r\n\r\n").status, 400);
  EXPECT_EQ(answers(server, "none", 404), 20U);
  EXPECT_EQ(answers(server, "none", 405), 1U);
  EXPECT_EQ(answers(server, "none", 400), 1U);
}

TEST(Traffic, OfARequestThatIsNotReadToItsEndIsNotThatOfTheOneBefore) {
  const stub_server server;
  auto client = server.connect();
  ASSERT_EQ(client.ask(get_request("/item/1")).status, 200);
  EXPECT_EQ(client.ask("nonsense\r\n\r\n").status, 400);
  EXPECT_EQ(answers(server, "/item/{id}", 200), 1U);
  EXPECT_EQ(answers(server, "/item/{id}", 400), 0U);
  EXPECT_EQ(answers(server, "none", 400), 1U);
}

TEST(Traffic, CountsWhatIsRefusedBecauseThereIsTooMuch) {
  server_limits limits;
  limits.loops = 1;
  limits.max_in_flight = 1;
  stub_server server{limits};
  auto working = server.connect();
  ASSERT_TRUE(working.send(get_request("/held")));
  ASSERT_TRUE(server.held.await(1));
  EXPECT_EQ(server.traffic().in_flight, 1U);
  auto second = std::make_unique<raw_connection>(server.connect());
  EXPECT_EQ(second->ask(get_request("/item/1")).status, 503);
  EXPECT_EQ(server.total(&loop_traffic::requests_refused), 1U);
  EXPECT_EQ(answers(server, "/item/{id}", 503), 1U);
  EXPECT_EQ(second->ask(get_request("/alive")).status, 200) << "answered even now";
  server.held.open();
  EXPECT_EQ(working.read().status, 200);
}

TEST(Traffic, CountsBytesInBothDirections) {
  const stub_server server;
  const auto request = get_request("/large");
  const auto answer = server.ask(request);
  EXPECT_EQ(server.total(&loop_traffic::received), request.size());
  const auto sent = [&] {
    return server.total(&loop_traffic::sent);
  };
  EXPECT_TRUE(eventually([&] { return sent() > answer.body.size(); }, seconds{5}));
  EXPECT_LT(sent(), answer.body.size() + 500);
}

TEST(Traffic, TimesARequestUntilItsAnswer) {
  const stub_server server;
  ASSERT_EQ(server.ask(get_request("/item/1")).status, 200);
  const auto traffic = server.traffic();
  histogram_totals durations;
  for (const auto* loop : traffic.loops)
    for (std::size_t i = 0; i < traffic.routes->size(); ++i)
      durations += loop->routes()[i].durations().totals();
  std::uint64_t count = 0;
  for (const auto each : durations.counts)
    count += each;
  EXPECT_EQ(count, 1U);
  EXPECT_GT(durations.sum, 0U);
}

} // namespace
} // namespace standings::test
