#include "actors/supervision/system.hpp"
#include "http/api/printed_boards.hpp"
#include "stores/memory/rank_cache.hpp"
#include "tests/http/no_reads.hpp"

#include <caf/actor_system.hpp>
#include <gtest/gtest.h>

#include <vector>

namespace standings::test {
namespace {

using text = printed_boards::text;

/// A cache whose boards arrive when the test says so.
class slow_reads final : public no_reads {
public:
  bool complete() override { return true; }

  task<result<board_page>> top(period, std::size_t, std::size_t) override {
    later<result<board_page>> page;
    asked.push_back(&page);
    co_return co_await page;
  }

  /// Answers the read number `i`.
  void answer(std::size_t i, std::uint64_t total_users) {
    board_page page;
    page.total_users = total_users;
    asked[i]->set(std::move(page));
  }

  std::vector<later<result<board_page>>*> asked;
};

class PrintedBoards : public testing::Test {
protected:
  detached get(printed_boards& from, board_query query) {
    auto printed = co_await from.get(query);
    got.push_back(std::move(printed));
  }

  [[nodiscard]] bool shows(std::size_t i, std::uint64_t total_users) const {
    return (*got[i])->find("\"total_users\":" + std::to_string(total_users) + ",")
           != std::string::npos;
  }

  leaderboard_reader boards_of(cache_reads& reads) {
    return {reads, source_, places_, std::make_shared<read_counts>()};
  }

  std::vector<result<text>> got;

  system_config config_;
  caf::actor_system system_{config_};
  boost::asio::io_context loop_{1};
  requester to_{system_, loop_};
  default_board_source source_{to_, hydration_actor{}, std::chrono::milliseconds{100}};
  waiting_places places_{1, 1};
};

constexpr board_query daily_top{period::daily, 10, 0};

TEST_F(PrintedBoards, ShareTheReadThatStartsAfterTheyWereAsked) {
  slow_reads reads;
  auto boards = boards_of(reads);
  printed_boards printed{boards, reads};
  get(printed, daily_top);
  ASSERT_EQ(reads.asked.size(), 1U);
  for (int i = 0; i < 20; ++i)
    get(printed, daily_top);
  EXPECT_EQ(reads.asked.size(), 1U) << "they wait for the next read";
  reads.answer(0, 1);
  ASSERT_EQ(got.size(), 1U) << "what was read before they asked is not for them";
  EXPECT_TRUE(shows(0, 1));
  ASSERT_EQ(reads.asked.size(), 2U);
  reads.answer(1, 2);
  ASSERT_EQ(got.size(), 21U);
  for (std::size_t i = 1; i < 21; ++i) {
    EXPECT_TRUE(shows(i, 2));
    EXPECT_EQ(*got[i], *got[1]) << "one text for all";
  }
}

TEST_F(PrintedBoards, ReadDifferentWindowsOnTheirOwn) {
  slow_reads reads;
  auto boards = boards_of(reads);
  printed_boards printed{boards, reads};
  for (const auto& query : {daily_top, board_query{period::weekly, 10, 0},
                            board_query{period::daily, 11, 0}, board_query{period::daily, 10, 1}})
    get(printed, query);
  EXPECT_EQ(reads.asked.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i)
    reads.answer(i, i);
  EXPECT_EQ(got.size(), 4U);
}

TEST_F(PrintedBoards, GiveAFailureToAllThatShareTheRead) {
  slow_reads reads;
  auto boards = boards_of(reads);
  printed_boards printed{boards, reads};
  for (int i = 0; i < 3; ++i)
    get(printed, daily_top);
  reads.asked[0]->set(fail(errc::store_unavailable));
  reads.asked[1]->set(fail(errc::store_unavailable));
  ASSERT_EQ(got.size(), 3U);
  for (const auto& each : got)
    EXPECT_EQ(each.error().code, errc::store_unavailable);
  get(printed, daily_top);
  reads.answer(2, 7);
  EXPECT_TRUE(shows(3, 7)) << "the next one is read again";
}

TEST_F(PrintedBoards, AreKeptUntilTheCacheChanges) {
  const auto cache = make_memory_rank_cache(system_now);
  cache->begin_rebuild().value();
  cache->finish_rebuild().value();
  direct_cache_reads reads{cache};
  auto boards = boards_of(reads);
  printed_boards printed{boards, reads};
  get(printed, daily_top);
  get(printed, daily_top);
  EXPECT_EQ(*got[0], *got[1]);
  const std::vector<user_record> one{{"ada", {1, 1, 1, 1}, system_now(), 1}};
  cache->apply(one).value();
  get(printed, daily_top);
  EXPECT_TRUE(shows(0, 0));
  EXPECT_TRUE(shows(2, 1));
  cache->start_periods({system_now() + std::chrono::seconds{1}, {}, {}, {}}).value();
  get(printed, daily_top);
  EXPECT_NE((*got[3])->find("\"score\":0"), std::string::npos);
  cache->remove("ada", 2).value();
  get(printed, daily_top);
  EXPECT_TRUE(shows(4, 0));
}

} // namespace
} // namespace standings::test
