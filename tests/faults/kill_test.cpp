#include "tests/faults/retrying_clients.hpp"

#include <gtest/gtest.h>
#include <signal.h>

namespace standings::test {
namespace {

constexpr std::size_t kills = 10;

/// Replays the events while the service is killed and started again and again.
void replay_through_kills(const events& all) {
  service_under_test service;
  retrying_clients clients{service, all};
  for (std::size_t i = 1; i <= kills; ++i) {
    ASSERT_TRUE(clients.await(i * all.size() / (kills + 1))) << "before kill " << i;
    service.kill();
    service.start();
  }
  clients.join();
  ASSERT_EQ(clients.acknowledged(), all.size());
  EXPECT_GE(clients.retried(), kills) << "the kills came in the middle of it";
  for (const auto& [status, times] : clients.failures())
    EXPECT_TRUE(status == 0 || status == 503) << status << ", " << times << " times";
  expect_in_both_stores(service, board_of(all));
}

TEST(Killed, TenTimesDuringGeneratedEventsLosesNothingAndCountsNothingTwice) {
  replay_through_kills(generated_events());
}

TEST(Killed, TenTimesDuringTheRealEventsLosesNothingAndCountsNothingTwice) {
  const auto all = recorded_events();
  replay_through_kills(all);
}

TEST(Killed, WithoutKeysLosesNothingThatWasAcknowledged) {
  service_under_test service;
  std::atomic<std::int64_t> acknowledged = 0;
  std::atomic<std::int64_t> unknown = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 16; ++i)
    clients.emplace_back([&] {
      auto client = service.client();
      while (client.update("ann").status == 200)
        ++acknowledged;
      ++unknown;
    });
  EXPECT_TRUE(eventually([&] { return acknowledged > 500; }, std::chrono::seconds{20}));
  service.kill();
  for (auto& client : clients)
    client.join();
  service.start();
  auto client = service.client();
  const auto score = number(client.get(database_root + "/user/ann").json(), "yearly_pomo");
  EXPECT_GE(score, acknowledged);
  EXPECT_LE(score, acknowledged + unknown);
}

} // namespace
} // namespace standings::test
