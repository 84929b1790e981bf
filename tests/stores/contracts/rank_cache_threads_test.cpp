#include "tests/support/cache_store_suite.hpp"

#include <latch>
#include <map>
#include <thread>

namespace standings {
namespace {

class RankCacheThreads : public test::complete_rank_cache_suite {
protected:
  static constexpr int users = 200;
  static constexpr int rounds = 3'000;

  static std::string id_of(int i) { return "user" + std::to_string(i); }

  void fill() {
    std::vector<user_record> all;
    for (int i = 0; i < users; ++i)
      all.push_back(user(id_of(i), i % 10, 1));
    apply(all);
  }

  /// Keeps writing newer states of the users i with i % 2 == part.
  void write(int part) {
    const auto mine = harness->open();
    for (int round = 1; round <= rounds; ++round) {
      const auto i = (round * 14 + part) % users;
      const std::vector<user_record> one{user(id_of(i), round * 7 % 50, 1 + round)};
      ASSERT_TRUE(mine->apply(one));
    }
  }

  static void expect_ranked(const std::vector<board_entry>& entries, period p) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      ASSERT_EQ(entries[i].score, entries[i].user.score[index_of(p)]);
      if (i == 0)
        continue;
      const auto& above = entries[i - 1];
      ASSERT_EQ(entries[i].rank, above.rank + 1);
      ASSERT_TRUE(
          ranks_before(above.score, above.user.user_id, entries[i].score, entries[i].user.user_id));
    }
  }

  void read(int turn) {
    const auto mine = harness->open();
    std::map<std::string, std::int64_t> seen;
    const auto expect_no_older = [&](const user_record& found) {
      ASSERT_GE(found.version, seen[found.user_id]) << found.user_id;
      seen[found.user_id] = found.version;
    };
    for (int round = 0; round < rounds / 3; ++round) {
      const auto p = all_periods[static_cast<std::size_t>(round + turn) % period_count];
      const auto id = id_of(round * 31 % users);
      const auto page = mine->top(p, static_cast<std::size_t>(round % users), 20).value();
      ASSERT_EQ(page.total_users, static_cast<std::uint64_t>(users));
      ASSERT_NO_FATAL_FAILURE(expect_ranked(page.entries, p));
      for (const auto& entry : page.entries)
        ASSERT_NO_FATAL_FAILURE(expect_no_older(entry.user));

      const auto place = mine->rank(id, p).value();
      ASSERT_TRUE(place);
      ASSERT_GE(place->rank, 1U);
      ASSERT_LE(place->rank, place->total_users);

      auto around = mine->around(id, p, 3).value().value();
      ASSERT_NO_FATAL_FAILURE(expect_no_older(around.self.user));
      auto window = std::move(around.above);
      window.push_back(std::move(around.self));
      window.insert(window.end(), around.below.begin(), around.below.end());
      ASSERT_NO_FATAL_FAILURE(expect_ranked(window, p));
      ASSERT_NO_FATAL_FAILURE(expect_no_older(mine->find(id).value().value().user));
    }
  }
};
STANDINGS_OVER_RANK_CACHES(RankCacheThreads);

TEST_P(RankCacheThreads, ReadersSeeAConsistentBoardWhileOthersWrite) {
  fill();
  {
    std::vector<std::jthread> running;
    for (int n = 0; n < 2; ++n) {
      running.emplace_back([this, n] { write(n); });
      running.emplace_back([this, n] { read(n); });
    }
  }
  EXPECT_EQ(board(period::daily).total_users, static_cast<std::uint64_t>(users));
  expect_ranked(board(period::daily).entries, period::daily);
}

TEST_P(RankCacheThreads, WritersOfTheSameUserLeaveTheNewestState) {
  {
    std::vector<std::jthread> running;
    for (int n = 0; n < 4; ++n)
      running.emplace_back([this, n] {
        const auto mine = harness->open();
        for (int version = 1 + n; version <= rounds; version += 4) {
          const std::vector<user_record> one{user("anna", version, version)};
          ASSERT_TRUE(mine->apply(one));
        }
      });
  }
  EXPECT_EQ(get("anna"), user("anna", rounds, rounds));
}

TEST_P(RankCacheThreads, RebuildsLoseNoWriteThatGoesOnMeanwhile) {
  fill();
  {
    const std::jthread writer{[this] {
      const auto mine = harness->open();
      for (int i = 0; i < rounds; ++i) {
        const std::vector<user_record> one{user("new" + std::to_string(i), i, 10 + i)};
        ASSERT_TRUE(mine->apply(one));
      }
    }};
    std::vector<user_record> loaded;
    for (int i = 0; i < users; ++i)
      loaded.push_back(user(id_of(i), i % 10, 1));
    for (int round = 0; round < 20; ++round) {
      cache->begin_rebuild().value();
      load(loaded);
      // as a database would return it: everything written by the time of the scan
      std::vector<user_record> written;
      for (const auto& entry : board(period::daily).entries)
        written.push_back(entry.user);
      load(written);
      ASSERT_EQ(cache->finish_rebuild().value(), 0U) << round;
    }
  }
  EXPECT_EQ(board(period::daily).total_users, static_cast<std::uint64_t>(users + rounds));
}

TEST_P(RankCacheThreads, EndingARebuildSweepsNobodyWhoIsWrittenMeanwhile) {
  constexpr int unseen = 5'000;
  std::vector<user_record> all;
  for (int i = 0; i < unseen; ++i)
    all.push_back(user(id_of(i), i % 10, 1));
  apply(all);
  cache->begin_rebuild().value();
  {
    std::latch writing{1};
    const std::jthread writer{[&] {
      const auto mine = harness->open();
      for (int i = unseen - 1; i >= 0; --i) {
        if (i == unseen - 100)
          writing.count_down();
        const std::vector<user_record> one{user(id_of(i), i % 10, 2)};
        ASSERT_TRUE(mine->apply(one));
      }
    }};
    writing.wait();
    EXPECT_LE(cache->finish_rebuild().value(), static_cast<std::uint64_t>(unseen));
  }
  EXPECT_EQ(board(period::daily).total_users, static_cast<std::uint64_t>(unseen));
}

TEST_P(RankCacheThreads, StartingAPeriodDoesNotDisturbWritesThatGoOnMeanwhile) {
  constexpr std::int64_t first_of_period = 1'000'000;
  std::vector<user_record> old;
  for (int i = 0; i < 2'000; ++i)
    old.push_back(user("old" + std::to_string(i), i, i + 1));
  apply(old);
  {
    const std::jthread writer{[this] {
      const auto mine = harness->open();
      for (int i = 0; i < 2'000; i += 2) {
        const std::vector<user_record> one{
            user("old" + std::to_string(i), 5'000 + i, first_of_period + i)};
        ASSERT_TRUE(mine->apply(one));
      }
    }};
    start(period::daily, written_at(first_of_period));
  }
  const auto entries = board(period::daily).entries;
  ASSERT_EQ(entries.size(), 2'000U);
  expect_ranked(entries, period::daily);
  for (const auto& e : entries)
    ASSERT_EQ(e.score > 0, e.user.version >= first_of_period) << e.user.user_id;
}

} // namespace
} // namespace standings
