#include "tests/http/stub_server.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <future>

namespace standings::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

router no_routes(event_loop&) {
  return {};
}

void expect_busy(const raw_response& answer) {
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.problem_code(), "overloaded");
  EXPECT_EQ(answer.header("retry-after"), "1");
}

void expect_refusal(const raw_response& answer) {
  expect_busy(answer);
  EXPECT_EQ(answer.header("connection"), "close");
}

TEST(Capacity, IsNotUsedUpByIdleConnections) {
  const stub_server server; // of four loops
  std::vector<raw_connection> idle;
  for (int i = 0; i < 200; ++i) {
    idle.push_back(server.connect());
    if (i % 2 == 0) {
      ASSERT_EQ(idle.back().ask(get_request("/item/1")).status, 200);
    }
  }
  EXPECT_EQ(server.ask(get_request("/item/1")).body, "1");
  for (auto& c : idle)
    EXPECT_EQ(c.ask(get_request("/item/2")).body, "2");
}

TEST(Capacity, AConnectionThatWaitsMakesWayForAnother) {
  auto limits = stub_server::four_loops();
  limits.max_connections = 3;
  const stub_server server{limits};
  std::vector<raw_connection> idle;
  for (int i = 0; i < 50; ++i) {
    idle.push_back(server.connect());
    EXPECT_EQ(idle.back().ask(get_request("/item/1")).body, "1") << i;
  }
  EXPECT_TRUE(idle.front().closes());
  EXPECT_TRUE(eventually([&] { return server.traffic().connections <= 3; }, seconds{5}));
  EXPECT_GE(server.total(&loop_traffic::connections_evicted), 47U);
  EXPECT_EQ(server.total(&loop_traffic::connections_refused), 0U);
}

TEST(Capacity, ASilentConnectionMakesWayForAnother) {
  server_limits limits;
  limits.loops = 2;
  limits.max_connections = 20;
  limits.idle_timeout = limits.limits.request_timeout = seconds{60};
  const stub_server server{limits};
  std::vector<raw_connection> silent;
  for (int i = 0; i < 20; ++i)
    silent.push_back(server.connect());
  for (int i = 0; i < 40; ++i) {
    silent.push_back(server.connect());
    EXPECT_TRUE(
        eventually([&] { return server.ask(get_request("/item/1")).status == 200; }, seconds{5}));
  }
}

TEST(Capacity, AConnectionThatLingersMakesWayForAnother) {
  server_limits limits;
  limits.loops = 1;
  limits.max_connections = 4;
  const stub_server server{limits};
  std::vector<raw_connection> refused;
  for (int i = 0; i < 100; ++i) {
    refused.push_back(server.connect());
    EXPECT_EQ(refused.back().ask("BAD\r\n\r\n").status, 400) << i;
    EXPECT_EQ(server.ask(get_request("/item/1")).status, 200) << i;
  }
}

TEST(Capacity, BoundsTheConnectionsThatHaveSomethingToDo) {
  server_limits limits;
  limits.loops = 1;
  limits.max_connections = 3;
  stub_server server{limits};
  std::vector<raw_connection> working;
  for (int i = 0; i < 7; ++i) { // three, and four in between
    working.push_back(server.connect());
    ASSERT_TRUE(working.back().send(get_request("/held")));
    ASSERT_TRUE(server.held.await(i + 1));
  }
  auto refused = server.connect();
  ASSERT_TRUE(refused.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n"));
  std::this_thread::sleep_for(milliseconds{20});
  refused.send("{}"); // of clients that send head and body apart
  expect_refusal(refused.read());
  EXPECT_TRUE(refused.closes());
  server.held.open();
  for (auto& c : working)
    EXPECT_EQ(c.read().body, "held");
  EXPECT_TRUE(
      eventually([&] { return server.ask(get_request("/item/1")).status == 200; }, seconds{5}));
}

TEST(Capacity, BoundsTheBodiesOfAllConnectionsTogether) {
  server_limits limits;
  limits.loops = 2;
  limits.limits.request_timeout = seconds{60};
  const stub_server server{limits};
  const std::string most(1 << 20, 'x');
  const auto head = "POST /bare HTTP/1.1\r\nHost: a\r\nContent-Length: "
                    + std::to_string(most.size()) + "\r\n\r\n";
  std::vector<raw_connection> senders;
  int refused = 0;
  for (int i = 0; i < 140; ++i) {
    senders.push_back(server.connect());
    const bool sent = senders.back().send(head + most.substr(1));
    refused += !sent || (i >= 129 && senders.back().read().status == 503) ? 1 : 0;
  }
  EXPECT_GE(refused, 5) << "only 128 MiB are there for all";
  EXPECT_EQ(server.ask(post_request("/echo", "{}")).status, 200) << "a small one finds its place";
  senders.clear();
  EXPECT_TRUE(eventually([&] { return server.ask(post_request("/echo", most)).status == 200; },
                         seconds{20}));
}

TEST(Capacity, BoundsTheRequestsInFlight) {
  server_limits limits;
  limits.loops = 1;
  limits.max_in_flight = 2;
  stub_server server{limits};
  auto working = server.connect();
  ASSERT_TRUE(working.send(get_request("/held")));
  ASSERT_TRUE(server.held.await(1));
  std::vector<std::future<raw_response>> others;
  for (int i = 0; i < 10; ++i)
    others.push_back(
        std::async(std::launch::async, [&] { return server.ask(get_request("/held")); }));
  const auto answered = [&] {
    return std::count_if(others.begin(), others.end(), [](const auto& other) {
      return other.wait_for(seconds{0}) == std::future_status::ready;
    });
  };
  EXPECT_TRUE(eventually([&] { return answered() == 9; }, seconds{5}));
  server.held.open();
  EXPECT_EQ(working.read().body, "held");
  int served = 0;
  for (auto& other : others) {
    const auto answer = other.get();
    if (answer.status == 200)
      ++served;
    else
      expect_busy(answer);
  }
  EXPECT_EQ(served, 1);
}

TEST(Capacity, IsThereAgainAfterTheRush) {
  server_limits limits;
  limits.loops = 2;
  limits.max_in_flight = 4;
  const stub_server server{limits};
  std::atomic<int> served = 0;
  std::atomic<int> refused = 0;
  std::atomic<int> other = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 16; ++i)
    clients.emplace_back([&] {
      for (int n = 0; n < 200; ++n) {
        const auto status = server.ask(get_request("/item/1")).status;
        ++(status == 200 ? served : status == 503 ? refused : other);
      }
    });
  for (auto& c : clients)
    c.join();
  EXPECT_EQ(served + refused, 3'200);
  EXPECT_EQ(other, 0);
  EXPECT_EQ(server.ask(get_request("/item/1")).body, "1");
}

TEST(Drain, AnswersWhatHasBegunAndSaysThatItIsTheLast) {
  stub_server server;
  auto working = server.connect();
  ASSERT_TRUE(working.send(get_request("/held")));
  ASSERT_TRUE(server.held.await(1));
  auto idle = server.connect();
  EXPECT_EQ(idle.ask(get_request("/item/1")).header("connection"), "");
  auto stopped = std::async(std::launch::async, [&] { server.stop(seconds{5}); });
  EXPECT_TRUE(idle.closes());
  server.held.open();
  const auto answer = working.read();
  EXPECT_EQ(answer.body, "held");
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_TRUE(working.closes());
  EXPECT_EQ(stopped.wait_for(seconds{5}), std::future_status::ready);
  EXPECT_THROW(server.connect(), std::runtime_error);
}

TEST(Drain, ClosesWhatWasTakingItsAnswerWhenItBegan) {
  server_limits limits;
  limits.loops = 1;
  stub_server server{limits};
  auto slow = server.connect();
  ASSERT_TRUE(slow.send(get_request("/large")));
  ASSERT_TRUE(eventually([&] { return server.total(&loop_traffic::sent) > 0; }, seconds{5}));
  auto stopped = std::async(std::launch::async, [&] { server.stop(seconds{30}); });
  const auto listens = [&] {
    try {
      [[maybe_unused]] const auto open = server.connect();
      return true;
    } catch (const std::runtime_error&) {
      return false;
    }
  };
  ASSERT_TRUE(eventually([&] { return !listens(); }, seconds{5}));
  EXPECT_EQ(slow.read().body.size(), 8U << 20U);
  EXPECT_TRUE(slow.closes());
  EXPECT_EQ(stopped.wait_for(seconds{5}), std::future_status::ready);
}

TEST(Drain, AnswersAllRequestsThatWait) {
  server_limits limits;
  limits.loops = 1;
  stub_server server{limits};
  std::vector<raw_connection> waiting;
  for (int i = 0; i < 20; ++i) { // a connection that was answered was accepted
    waiting.push_back(server.connect());
    ASSERT_EQ(waiting.back().ask(get_request("/item/1")).status, 200);
  }
  auto idle = server.connect();
  ASSERT_EQ(idle.ask(get_request("/item/1")).status, 200);
  auto working = server.connect();
  ASSERT_TRUE(working.send(get_request("/held")));
  ASSERT_TRUE(server.held.await(1));
  for (auto& each : waiting)
    ASSERT_TRUE(each.send(get_request("/held")));
  ASSERT_TRUE(server.held.await(21));
  auto stopped = std::async(std::launch::async, [&] { server.stop(seconds{5}); });
  EXPECT_TRUE(idle.closes());
  server.held.open();
  for (auto& each : waiting) {
    const auto answer = each.read();
    EXPECT_EQ(answer.body, "held");
    EXPECT_EQ(answer.header("connection"), "close");
  }
  EXPECT_EQ(stopped.wait_for(seconds{5}), std::future_status::ready);
}

TEST(Drain, AnswersARequestOfWhichAPartHasArrived) {
  stub_server server;
  auto slow = server.connect();
  const auto request = post_request("/echo", "{}");
  ASSERT_EQ(slow.ask(get_request("/item/1")).status, 200); // it was accepted
  ASSERT_TRUE(slow.send(request.substr(0, request.size() - 1)));
  auto idle = server.connect();
  ASSERT_EQ(idle.ask(get_request("/item/1")).status, 200);
  auto stopped = std::async(std::launch::async, [&] { server.stop(seconds{5}); });
  EXPECT_TRUE(idle.closes());
  ASSERT_TRUE(slow.send(request.substr(request.size() - 1)));
  const auto answer = slow.read();
  EXPECT_EQ(answer.body, "{}");
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_EQ(stopped.wait_for(seconds{5}), std::future_status::ready);
}

TEST(Drain, WaitsNoLongerThanItsGraceForASlowSender) {
  stub_server server;
  auto slow = server.connect();
  ASSERT_TRUE(slow.send("GET /item/1 HTTP/1.1\r\n"));
  auto stopped = std::async(std::launch::async, [&] { server.stop(milliseconds{200}); });
  EXPECT_EQ(stopped.wait_for(seconds{3}), std::future_status::ready);
  EXPECT_NE(slow.read().status, 200);
}

TEST(Drain, EndsAServerThatHasNotBegunToServe) {
  server_options options;
  options.port = 0;
  options.limits = stub_server::four_loops();
  http_server server{no_routes, options};
  ASSERT_TRUE(server.bind());
  server.stop(seconds{1});
  auto served = std::async(std::launch::async, [&] { return server.serve(); });
  const bool ended = served.wait_for(seconds{3}) == std::future_status::ready;
  EXPECT_TRUE(ended);
  if (!ended)
    server.stop(seconds{1});
}

TEST(Binding, FailsForAPortInUse) {
  const stub_server server;
  server_options options;
  options.port = server.port();
  http_server second{no_routes, options};
  const auto bound = second.bind();
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().code, errc::out_of_range);
  EXPECT_EQ(bound.error().field, "http.port");
  EXPECT_NE(bound.error().detail.find(std::to_string(server.port())), std::string::npos);
  EXPECT_EQ(server.ask(get_request("/item/1")).body, "1");
}

TEST(Binding, FailsForAnAddressThatIsNotHere) {
  server_options options;
  options.host = "192.0.2.1";
  http_server server{no_routes, options};
  EXPECT_FALSE(server.bind());
}

TEST(Binding, TakesAPortAgainRightAfterItsServerHasEnded) {
  std::uint16_t port = 0;
  {
    stub_server server;
    port = server.port();
    auto c = server.connect();
    EXPECT_EQ(c.ask(get_request("/item/1")).status, 200);
    server.stop(seconds{1}); // the server closes first, so its side lingers
  }
  server_options options;
  options.port = port;
  http_server second{no_routes, options};
  EXPECT_TRUE(second.bind());
}

} // namespace
} // namespace standings::test
