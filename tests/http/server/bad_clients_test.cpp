#include "tests/http/stub_server.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <deque>

namespace standings::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

server_limits one_loop(milliseconds request_timeout) {
  server_limits out;
  out.loops = 1;
  out.limits.request_timeout = request_timeout;
  return out;
}

std::string repeated(const std::string& request, int times) {
  std::string out;
  for (int i = 0; i < times; ++i)
    out += request;
  return out;
}

TEST(BadClients, ThatNeverReadKeepNobodyElseWaiting) {
  constexpr seconds time_out{20};
  const stub_server server{one_loop(time_out)};
  std::deque<raw_connection> deaf;
  for (int i = 0; i < 20; ++i) {
    deaf.push_back(server.connect());
    ASSERT_TRUE(deaf.back().send(repeated(get_request("/large"), 50)));
  }
  const auto start = std::chrono::steady_clock::now();
  auto c = server.connect();
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(c.ask(get_request("/item/7")).body, "7");
  EXPECT_LT(std::chrono::steady_clock::now() - start, time_out) << "that of the others";
}

TEST(BadClients, ThatNeverReadAreCutOff) {
  auto limits = one_loop(milliseconds{200});
  limits.max_connections = 1;
  const stub_server server{limits};
  const auto deaf = server.connect();
  ASSERT_TRUE(deaf.send(repeated(get_request("/large"), 10)));
  EXPECT_TRUE(
      eventually([&] { return server.ask(get_request("/item/7")).body == "7"; }, seconds{5}))
      << "its place is free again";
}

TEST(BadClients, ThatNeverSendLeaveTheirPlaceSoon) {
  auto limits = one_loop(milliseconds{200});
  limits.idle_timeout = seconds{60};
  limits.max_connections = 2;
  const stub_server server{limits};
  const auto first = server.connect();
  const auto second = server.connect();
  EXPECT_TRUE(
      eventually([&] { return server.ask(get_request("/item/7")).body == "7"; }, seconds{5}));
}

TEST(BadClients, ThatPipelineWithoutEndLetOthersHaveTheirTurn) {
  const stub_server server{one_loop(seconds{5})};
  auto greedy = server.connect();
  std::thread reader{[&] {
    for (int i = 0; i < 20'000; ++i)
      if (greedy.read().status != 200)
        return;
  }};
  std::thread sender{[&] {
    greedy.send(repeated(get_request("/item/1"), 20'000));
  }};
  auto c = server.connect();
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(c.ask(get_request("/item/7")).body, "7");
  sender.join();
  reader.join();
}

TEST(BadClients, InFlightDoNotMakeABusyServiceLookDead) {
  auto limits = one_loop(seconds{5});
  limits.max_in_flight = 1;
  stub_server server{limits};
  const auto working = server.connect();
  ASSERT_TRUE(working.send(get_request("/held")));
  ASSERT_TRUE(server.held.await(1));
  EXPECT_EQ(server.ask(get_request("/held")).problem_code(), "overloaded");
  EXPECT_EQ(server.ask(get_request("/alive")).body, "alive");
}

TEST(BadClients, ThatLeaveWhileTheirRequestIsHandledHarmNothing) {
  stub_server server{one_loop(seconds{5})};
  {
    const auto gone = server.connect();
    ASSERT_TRUE(gone.send(get_request("/held")));
    ASSERT_TRUE(server.held.await(1));
  }
  server.held.open();
  EXPECT_EQ(server.ask(get_request("/item/7")).body, "7");
}

} // namespace
} // namespace standings::test
