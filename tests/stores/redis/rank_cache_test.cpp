#include "tests/support/raw_redis.hpp"
#include "tests/support/redis_cache_harness.hpp"
#include "tests/support/store_records.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace standings {
namespace {

using test::at;

/// What happens to a complete cache of ten users when others change its keys.
class RedisRankCache : public testing::Test {
protected:
  void SetUp() override {
    std::vector<user_record> users;
    for (int i = 1; i <= 10; ++i)
      users.push_back({"user" + std::to_string(i), {i, i, i, i}, at("2026-03-10T12:00:00Z"), i});
    cache->begin_rebuild().value();
    cache->load(users).value();
    cache->finish_rebuild().value();
    ASSERT_TRUE(cache->verify().value());
  }

  void redis(const std::vector<std::string>& words) {
    test::raw_redis{harness.server().port()}.command(words);
  }

  void remove_from(const std::string& board, int count) {
    redis({"ZPOPMIN", "leaderboard:" + board, std::to_string(count)});
  }

  std::int64_t score(const std::string& id, period p) {
    return cache->rank(id, p).value().value().score;
  }

  test::redis_cache_harness harness;
  rank_cache_ptr cache = harness.open();
};

TEST_F(RedisRankCache, IsWholeWhileMoreThanHalfOfEachBoardIsLeft) {
  remove_from("weekly", 4);
  EXPECT_TRUE(cache->verify().value());
  EXPECT_TRUE(cache->top(period::weekly, 0, 10));
}

TEST_F(RedisRankCache, IsLostWhereHalfOfABoardIsLeft) {
  remove_from("weekly", 5);
  EXPECT_FALSE(cache->verify().value());
  EXPECT_FALSE(cache->complete());
  EXPECT_EQ(cache->top(period::weekly, 0, 10).error().code, errc::cache_warming);
}

TEST_F(RedisRankCache, AWatermarkThatWentBackIsAnOldSnapshotForAllInstances) {
  const auto other = harness.open();
  ASSERT_TRUE(other->verify().value());
  redis({"HSET", "leaderboard:meta", "watermark", "9"});
  EXPECT_FALSE(cache->verify().value());
  EXPECT_FALSE(other->verify().value());
  EXPECT_EQ(other->state().value().generation, "");
}

TEST_F(RedisRankCache, AStartWhoseZeroingFailedIsCarriedOutByTheNextCall) {
  period_starts starts;
  starts.fill(at("2026-03-11T00:00:00Z"));
  redis({"RENAME", "leaderboard:weekly", "kept"});
  redis({"SET", "leaderboard:weekly", "of another program"});
  ASSERT_FALSE(cache->start_periods(starts));
  redis({"DEL", "leaderboard:weekly"});
  redis({"RENAME", "kept", "leaderboard:weekly"});
  ASSERT_TRUE(cache->start_periods(starts));
  for (const auto p : all_periods)
    EXPECT_EQ(score("user7", p), 0) << to_string(p);
}

} // namespace
} // namespace standings
