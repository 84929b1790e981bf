#include "tests/support/cache_store_suite.hpp"

#include <set>

namespace standings {
namespace {

using test::ids_of;
using ids = std::vector<std::string>;

class RankCacheRebuild : public test::rank_cache_suite {
protected:
  /// An incomplete cache may refuse to show its boards.
  static void expect_empty_or_refused(const result<board_page>& page) {
    if (page) {
      EXPECT_EQ(page->total_users, 0U);
    } else {
      EXPECT_EQ(page.error().code, errc::cache_warming);
    }
  }

  static void expect_lost(const result<std::uint64_t>& finished) {
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().code, errc::cache_warming);
  }
};
STANDINGS_OVER_RANK_CACHES(RankCacheRebuild);

/// Only for caches that no other program writes.
class RankCacheSweep : public RankCacheRebuild {
protected:
  void SetUp() override {
    if (!harness->sweeps())
      GTEST_SKIP() << "others may write this cache";
  }
};
STANDINGS_OVER_RANK_CACHES(RankCacheSweep);

TEST_P(RankCacheRebuild, MakesTheCacheComplete) {
  EXPECT_FALSE(cache->complete());
  cache->begin_rebuild().value();
  EXPECT_FALSE(cache->complete());
  load({user("anna", 1, 1)});
  EXPECT_FALSE(cache->complete());
  EXPECT_EQ(cache->finish_rebuild().value(), 0U);
  EXPECT_TRUE(cache->complete());
  EXPECT_EQ(get("anna"), user("anna", 1, 1));
}

TEST_P(RankCacheRebuild, OfAnEmptyDatabaseIsCompleteToo) {
  EXPECT_EQ(rebuild({}), 0U);
  EXPECT_TRUE(cache->complete());
}

TEST_P(RankCacheSweep, RemovesWhatWasNeitherLoadedNorWritten) {
  apply({user("loaded", 1, 1), user("written", 2, 2), user("gone", 3, 3), user("also", 4, 4)});
  cache->begin_rebuild().value();
  load({user("loaded", 1, 1), user("new", 5, 5)});
  apply({user("written", 6, 6)});
  EXPECT_EQ(cache->finish_rebuild().value(), 2U);
  EXPECT_EQ(ids_of(board(period::daily).entries), (ids{"written", "new", "loaded"}));
  EXPECT_FALSE(knows("gone"));
  EXPECT_FALSE(cache->rank("also", period::yearly).value());
}

TEST_P(RankCacheRebuild, KeepsANewUserWrittenMeanwhile) {
  cache->begin_rebuild().value();
  apply({user("new", 1, 10)});
  load({user("anna", 1, 1)});
  EXPECT_EQ(cache->finish_rebuild().value(), 0U);
  EXPECT_TRUE(knows("new"));
}

TEST_P(RankCacheRebuild, KeepsTheNewerOfLoadedAndWritten) {
  cache->begin_rebuild().value();
  apply({user("anna", 9, 9)});
  load({user("anna", 1, 1)}); // a page that was read earlier
  apply({user("ben", 1, 2)}); // an old write that arrives late
  load({user("ben", 8, 8)});
  cache->finish_rebuild().value();
  EXPECT_EQ(get("anna"), user("anna", 9, 9));
  EXPECT_EQ(get("ben"), user("ben", 8, 8));
}

TEST_P(RankCacheRebuild, KeepsAUserOfWhomOnlyAnOlderStateIsLoaded) {
  apply({user("anna", 9, 9)});
  EXPECT_EQ(rebuild({user("anna", 1, 1)}), 0U);
  EXPECT_EQ(get("anna"), user("anna", 9, 9));
}

TEST_P(RankCacheRebuild, ServesReadsMeanwhile) {
  rebuild({user("anna", 1, 1), user("ben", 2, 2)});
  cache->begin_rebuild().value();
  EXPECT_EQ(ids_of(board(period::daily).entries), (ids{"ben", "anna"}));
  EXPECT_EQ(rank("anna", period::daily).rank, 2U);
}

TEST_P(RankCacheSweep, GoesByTheSecondOfTwoStarts) {
  apply({user("old", 1, 1)});
  cache->begin_rebuild().value();
  load({user("anna", 2, 2), user("old", 1, 1)});
  cache->begin_rebuild().value();
  load({user("ben", 3, 3)});
  EXPECT_EQ(cache->finish_rebuild().value(), 2U);
  EXPECT_EQ(ids_of(board(period::daily).entries), (ids{"ben"}));
  EXPECT_TRUE(cache->complete());
}

TEST_P(RankCacheSweep, MayFollowAnother) {
  rebuild({user("anna", 1, 1), user("ben", 2, 2)});
  EXPECT_EQ(rebuild({user("ben", 2, 2)}), 1U);
  EXPECT_EQ(ids_of(board(period::daily).entries), (ids{"ben"}));
}

TEST_P(RankCacheSweep, TakesMoreUsersThanOneBatch) {
  std::vector<user_record> all;
  std::vector<user_record> kept;
  for (int i = 0; i < 3'000; ++i) {
    all.push_back(user("user" + std::to_string(i), i, i + 1));
    if (i % 3 == 0)
      kept.push_back(all.back());
  }
  apply(all);
  EXPECT_EQ(rebuild(kept), 2'000U);
  EXPECT_EQ(board(period::daily).total_users, 1'000U);
  EXPECT_EQ(rank("user2997", period::daily).rank, 1U);
  EXPECT_EQ(rank("user0", period::daily).rank, 1'000U);
}

TEST_P(RankCacheRebuild, IsAbandonedByAClear) {
  cache->begin_rebuild().value();
  load({user("anna", 1, 1)});
  ASSERT_TRUE(cache->clear());
  load({user("ben", 2, 2)});            // the remaining pages
  expect_lost(cache->finish_rebuild()); // what was loaded before is lost
  EXPECT_FALSE(cache->complete());
  rebuild({user("anna", 1, 1), user("ben", 2, 2)});
  EXPECT_TRUE(cache->complete());
}

TEST_P(RankCacheRebuild, HasToBeBegunToBeFinished) {
  apply({user("anna", 1, 1)});
  expect_lost(cache->finish_rebuild());
  EXPECT_FALSE(cache->complete());
  EXPECT_TRUE(knows("anna"));
}

TEST_P(RankCacheRebuild, ClearRemovesAllAndLeavesTheCacheIncomplete) {
  rebuild({user("anna", 1, 1), user("ben", 2, 2)});
  ASSERT_TRUE(cache->clear());
  EXPECT_FALSE(cache->complete());
  EXPECT_FALSE(cache->state().value().complete);
  EXPECT_FALSE(knows("anna"));
  for (auto p : all_periods)
    expect_empty_or_refused(cache->top(p, 0, 10));
  apply({user("anna", 1, 1)}); // a user loaded on a miss is accepted again
  EXPECT_TRUE(knows("anna"));
  EXPECT_FALSE(cache->complete());
}

TEST_P(RankCacheRebuild, StateTellsMembersCompletenessAndGeneration) {
  auto state = cache->state().value();
  EXPECT_TRUE(state.reachable);
  EXPECT_FALSE(state.complete);
  EXPECT_EQ(state.generation, "");
  EXPECT_EQ(state.members, (std::array<std::uint64_t, period_count>{}));

  rebuild({user("anna", 1, 1), user("ben", 2, 2)});
  state = cache->state().value();
  EXPECT_TRUE(state.complete);
  EXPECT_NE(state.generation, "");
  for (auto p : all_periods)
    EXPECT_EQ(state.members[index_of(p)], 2U);
  EXPECT_GT(state.memory_bytes, 0U);
}

TEST_P(RankCacheRebuild, EachHasAGenerationOfItsOwn) {
  std::set<std::string> generations;
  for (int i = 0; i < 3; ++i) {
    rebuild({user("anna", 1, 1)});
    generations.insert(cache->state().value().generation);
  }
  EXPECT_EQ(generations.size(), 3U);
}

} // namespace
} // namespace standings
