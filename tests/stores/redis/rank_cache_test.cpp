#include "tests/support/raw_redis.hpp"
#include "tests/support/redis_cache_harness.hpp"
#include "tests/support/store_records.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
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

  /// How many scripts the server has run.
  std::int64_t scripts_run() {
    const auto stats = test::raw_redis{harness.server().port()}.word({"INFO", "commandstats"});
    constexpr std::string_view field = "cmdstat_evalsha:calls=";
    const auto found = stats.find(field);
    return found == std::string::npos ? 0 : std::stoll(stats.substr(found + field.size()));
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

TEST_F(RedisRankCache, AWindowIsReadAtOnceWhileTheSameUsersAreInIt) {
  cache->top(period::daily, 0, 3).value();
  const auto before = scripts_run();
  cache->top(period::daily, 0, 3).value();
  EXPECT_EQ(scripts_run() - before, 1);
  cache
      ->apply(std::vector<user_record>{{"user9", {50, 50, 50, 50}, at("2026-03-10T13:00:00Z"), 11}})
      .value();
  const auto written = scripts_run();
  const auto top = cache->top(period::daily, 0, 3).value();
  EXPECT_EQ(scripts_run() - written, 1) << "another order, but the same users";
  EXPECT_EQ(top.entries.at(0).user.user_id, "user9");
  EXPECT_EQ(top.entries.at(0).user.score, (scores{50, 50, 50, 50}));
}

TEST_F(RedisRankCache, AUserWhoComesIntoAWindowIsReadWithDetails) {
  cache->top(period::daily, 0, 3).value();
  cache
      ->apply(std::vector<user_record>{{"user1", {60, 61, 62, 63}, at("2026-03-10T13:00:00Z"), 11}})
      .value();
  const auto top = cache->top(period::daily, 0, 3).value();
  ASSERT_EQ(top.entries.size(), 3U);
  EXPECT_EQ(top.entries[0].user.user_id, "user1");
  EXPECT_EQ(top.entries[0].user.score, (scores{60, 61, 62, 63}));
  EXPECT_EQ(top.entries[2].user.user_id, "user9");
}

TEST_F(RedisRankCache, MoreWindowsThanAreRememberedAreReadAllTheSame) {
  for (std::size_t limit = 1; limit <= 200; ++limit)
    EXPECT_EQ(cache->top(period::daily, 0, limit).value().entries.size(),
              std::min<std::size_t>(limit, 10));
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
