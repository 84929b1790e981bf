#include "tests/integration/events.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

/// Sends each event as one POST, over 16 connections.
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
  const auto expected = board_of(all);
  service_under_test service;
  replay(service, all);
  auto client = service.client();
  const auto board = whole_board(client, api_root + "/yearly");
  const bool whole = all.size() == 28'547;
  const std::vector<standing> first =
      whole ? std::vector<standing>{{"dev0099", 5'057}, {"dev0003", 4'259}, {"dev0082", 1'821}}
            : std::vector<standing>{{"dev0099", 465}, {"dev0003", 392}, {"dev0082", 154}};
  ASSERT_EQ(board.size(), whole ? 1'111U : 275U);
  EXPECT_EQ((std::vector<standing>{board.begin(), board.begin() + 3}), first);
  std::int64_t sum = 0;
  for (const auto& s : board)
    sum += s.score;
  EXPECT_EQ(sum, whole ? 28'547 : 2596);
  expect_in_both_stores(service, expected);
}

} // namespace
} // namespace standings::test
