#include "tests/integration/events.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

/// Each event is one POST, over 16 connections.
void replay(service_under_test& service, const events& all) {
  std::vector<http_client> clients;
  for (int i = 0; i < 16; ++i)
    clients.push_back(service.client());
  std::atomic<int> failed = 0;
  on_sixteen_threads(all.size(), [&](std::size_t i, int connection) {
    if (clients[static_cast<std::size_t>(connection)].update(all[i]).status != 200)
      ++failed;
  });
  EXPECT_EQ(failed, 0);
}

TEST(Replay, OfGeneratedEventsCountsEachOnce) {
  const auto all = generated_events();
  const auto expected = board_of(all);
  service_under_test service;
  replay(service, all);
  expect_in_both_stores(service, expected);
}

TEST(Replay, OfGeneratedEventsSurvivesARestart) {
  const auto all = generated_events(1'000);
  service_under_test service;
  replay(service, all);
  service.kill();
  service.start();
  expect_in_both_stores(service, board_of(all));
}

TEST(Replay, OfTheRealEventsCountsEachOnce) {
  const auto all = recorded_events();
  if (all.empty())
    GTEST_SKIP() << "contributions.csv is not here";
  const auto expected = board_of(all);
  service_under_test service;
  replay(service, all);
  auto client = service.client();
  const auto board = whole_board(client, api_root + "/yearly");
  ASSERT_EQ(board.size(), 1'111U);
  EXPECT_EQ(board[0], (standing{"dev0099", 5'057}));
  EXPECT_EQ(board[1], (standing{"dev0003", 4'259}));
  EXPECT_EQ(board[2], (standing{"dev0082", 1'821}));
  std::int64_t sum = 0;
  for (const auto& s : board)
    sum += s.score;
  EXPECT_EQ(sum, 28'547);
  expect_in_both_stores(service, expected);
}

} // namespace
} // namespace standings::test
