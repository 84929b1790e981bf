#include "tests/integration/api.hpp"
#include "tests/support/cutting_proxy.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/service_under_test.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <thread>

namespace standings::test {
namespace {

constexpr std::size_t connections = 16;

/// What one client saw until its connection ended.
struct seen {
  std::int64_t acknowledged = 0;
  std::int64_t refused = 0;
  bool unanswered = false; ///< closed before the first byte of an answer
  bool cut = false;        ///< closed in the middle of an answer
};

std::string user_of(std::size_t connection) {
  return "user-" + std::to_string(connection);
}

seen update_until_the_end(std::uint16_t port, std::size_t connection,
                          std::atomic<std::int64_t>& acknowledged) {
  seen out;
  raw_connection to{port};
  const auto request =
      post_request(api_root + "/update", R"({"user_id":")" + user_of(connection) + "\"}");
  for (;;) {
    const auto answer = to.ask(request);
    if (answer.status == 0) {
      out.unanswered = true;
      return out;
    }
    if (!answer.complete) {
      out.cut = true;
      return out;
    }
    answer.status == 200 ? ++out.acknowledged : ++out.refused;
    acknowledged += answer.status == 200;
    if (answer.header("connection") == "close")
      return out;
  }
}

class Stopping : public testing::TestWithParam<int> {};

TEST_P(Stopping, UnderLoadLosesNoAcknowledgedUpdateAndCutsNoAnswer) {
  service_under_test service;
  std::atomic<std::int64_t> acknowledged = 0;
  std::vector<seen> all(connections);
  std::vector<std::thread> clients;
  for (std::size_t i = 0; i < connections; ++i)
    clients.emplace_back(
        [&, i] { all[i] = update_until_the_end(service.port(), i, acknowledged); });
  EXPECT_TRUE(eventually([&] { return acknowledged > 1'000; }, std::chrono::seconds{20}));
  EXPECT_EQ(service.stop(GetParam()), 0);
  for (auto& client : clients)
    client.join();
  service.start();
  auto client = service.client();
  for (std::size_t i = 0; i < connections; ++i) {
    EXPECT_FALSE(all[i].cut) << i;
    const auto score =
        number(client.get(database_root + "/user/" + user_of(i)).json(), "yearly_pomo");
    EXPECT_GE(score, all[i].acknowledged) << i;
    EXPECT_LE(score, all[i].acknowledged + (all[i].unanswered ? 1 : 0) + all[i].refused) << i;
  }
}

TEST_P(Stopping, WithIdleConnectionsIsQuick) {
  service_under_test service;
  std::vector<raw_connection> idle;
  for (int i = 0; i < 50; ++i) {
    idle.emplace_back(service.port());
    ASSERT_EQ(idle.back().ask(get_request("/healthz")).status, 200);
  }
  const auto started = std::chrono::steady_clock::now();
  EXPECT_EQ(service.stop(GetParam()), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds{3});
  for (auto& c : idle)
    EXPECT_TRUE(c.closes());
}

INSTANTIATE_TEST_SUITE_P(On, Stopping, testing::Values(SIGTERM, SIGINT), [](const auto& signal) {
  return signal.param == SIGTERM ? "Sigterm" : "Sigint";
});

TEST(StoppingAtOnce, IsCleanTheMomentItListens) {
  for (int i = 0; i < 10; ++i) {
    const temp_dir dir;
    process service{STANDINGS_BINARY,
                    {{"serve", "--port", "0", "--data-dir", dir / "."}, dir / "out", dir / "log"}};
    ASSERT_TRUE(
        eventually([&] { return read_file(dir / "log").find("Listening") != std::string::npos; },
                   std::chrono::seconds{10}));
    service.signal(SIGTERM);
    EXPECT_EQ(service.wait(std::chrono::seconds{10}), 0) << read_file(dir / "log");
  }
}

TEST(StoppingDuringTheStart, EndsAtOnceThoughTheDatabaseHangs) {
  const postgres_schema schema;
  cutting_proxy proxy{schema.url()};
  proxy.freeze(true);
  const temp_dir dir;
  process starting{STANDINGS_BINARY,
                   {{"serve", "--data-dir", dir / "data", "--set", "http.port=0"},
                    dir / "out",
                    dir / "err",
                    {{"STANDINGS_DATABASE_BACKEND", "postgres"},
                     {"DATABASE_URL", proxy.url()},
                     {"STANDINGS_DATABASE_SCHEMA", schema.name()}}}};
  ASSERT_TRUE(eventually([&] { return proxy.connections() > 0; }, std::chrono::seconds{10}))
      << read_file(dir / "err");
  starting.signal(SIGTERM);
  EXPECT_EQ(starting.wait(std::chrono::seconds{3}), 0) << read_file(dir / "err");
}

TEST(StoppingWithASlowSender, TakesNoLongerThanARequestMay) {
  service_under_test service{{"http.request_timeout=500ms"}};
  const raw_connection slow{service.port()};
  ASSERT_TRUE(slow.send("GET /healthz HTTP/1.1\r\nHost:"));
  const auto started = std::chrono::steady_clock::now();
  EXPECT_EQ(service.stop(SIGTERM), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds{3});
}

} // namespace
} // namespace standings::test
