#include "stores/memory/rank_cache.hpp"
#include "tests/support/raw_redis.hpp"
#include "tests/support/redis_cache_harness.hpp"
#include "tests/support/store_ids.hpp"
#include "tests/support/store_records.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace standings {
namespace {

using ids = std::vector<std::string>;
using users = std::vector<user_record>;

/// The caches of several named leaderboards in one Redis.
class ApplyTogether : public testing::Test {
protected:
  ApplyTogether() {
    auto of_all = harness.options();
    of_all.pool = std::make_shared<redis_pool>(of_all.connection, 4, nullptr);
    for (int i = 0; i < count; ++i) {
      const auto order = i % 2 == 0 ? score_order::desc : score_order::asc;
      caches.push_back(make_redis_rank_cache(for_named_leaderboard(of_all, name(i), order)));
      complete(*caches.back());
    }
  }

  static std::string name(int i) { return "acme." + std::to_string(i); }

  static void complete(rank_cache& cache) {
    cache.begin_rebuild().value();
    cache.finish_rebuild().value();
  }

  static user_record user(const std::string& id, std::int64_t score, std::int64_t version) {
    return {id, {score, score, score, score}, test::at("2026-03-10T12:00:00Z"), version};
  }

  /// Gives each cache its users.
  std::vector<result<void>> apply(const std::vector<users>& each) {
    std::vector<cache_update> updates;
    for (std::size_t i = 0; i < each.size(); ++i)
      updates.push_back({caches[i].get(), each[i]});
    return caches.front()->apply_together(updates);
  }

  ids board(int i) { return test::ids_of(caches[i]->top(period::daily, 0, 1'000).value().entries); }

  void redis(const std::vector<std::string>& words) {
    test::raw_redis{harness.server().port()}.command(words);
  }

  static constexpr int count = 4;
  test::redis_cache_harness harness;
  std::vector<rank_cache_ptr> caches;
};

TEST_F(ApplyTogether, EachCacheGetsItsUsersInItsOrder) {
  const auto before = caches[1]->changes();
  const auto done = apply({{user("ann", 1, 1), user("bob", 2, 2)},
                           {user("ann", 1, 3), user("bob", 2, 4)},
                           {},
                           {user("cat", 9, 5)}});
  ASSERT_EQ(done.size(), 4U);
  for (const auto& one : done)
    EXPECT_TRUE(one);
  EXPECT_EQ(board(0), (ids{"bob", "ann"}));
  EXPECT_EQ(board(1), (ids{"ann", "bob"}));
  EXPECT_EQ(board(2), ids{});
  EXPECT_EQ(board(3), (ids{"cat"}));
  EXPECT_NE(caches[1]->changes(), before) << "a read under way is not shared any more";
}

TEST_F(ApplyTogether, TheNewerStateWinsInEach) {
  for (const auto& one : apply({{user("ann", 1, 9)}, {user("ann", 1, 1)}}))
    EXPECT_TRUE(one);
  for (const auto& one : apply({{user("ann", 5, 8)}, {user("ann", 5, 2)}}))
    EXPECT_TRUE(one);
  EXPECT_EQ(caches[0]->find("ann").value()->user.version, 9);
  EXPECT_EQ(caches[1]->find("ann").value()->user.version, 2);
}

TEST_F(ApplyTogether, AServerThatHasForgottenTheScriptLearnsIt) {
  redis({"SCRIPT", "FLUSH"});
  for (const auto& one : apply({{user("ann", 1, 1)}, {user("bob", 2, 2)}, {user("cat", 3, 3)}}))
    EXPECT_TRUE(one);
  EXPECT_EQ(board(0), (ids{"ann"}));
  EXPECT_EQ(board(2), (ids{"cat"}));
}

TEST_F(ApplyTogether, APoisonedCacheFailsAlone) {
  redis({"DEL", "leaderboard:{acme.1}:daily"});
  redis({"SET", "leaderboard:{acme.1}:daily", "another program's"});
  const auto done = apply({{user("ann", 1, 1)}, {user("ann", 1, 2)}, {user("ann", 1, 3)}});
  EXPECT_TRUE(done[0]);
  EXPECT_FALSE(done[1]);
  EXPECT_TRUE(done[2]);
  EXPECT_EQ(board(2), (ids{"ann"}));
}

TEST_F(ApplyTogether, MakesRoomForAUserWhoseKeyHoldsAnotherType) {
  redis({"LPUSH", "user:details:{acme.1}:ann", "another program's"});
  for (const auto& one : apply({{user("ann", 1, 1)}, {user("ann", 1, 2), user("bob", 2, 3)}}))
    EXPECT_TRUE(one);
  EXPECT_EQ(board(1), (ids{"ann", "bob"}));
}

TEST_F(ApplyTogether, MoreUsersThanOneCallTakesArriveToo) {
  users many;
  for (int i = 0; i < 1'001; ++i)
    many.push_back(user("user" + std::to_string(i), i + 1, i + 1));
  for (const auto& one : apply({{user("ann", 1, 5'000)}, many}))
    EXPECT_TRUE(one);
  EXPECT_EQ(caches[1]->top(period::daily, 0, 1).value().total_users, 1'001U);
}

TEST_F(ApplyTogether, MoreCachesThanOneExchangeTakesGetTheirUsers) {
  auto of_all = harness.options();
  of_all.pool = std::make_shared<redis_pool>(of_all.connection, 4, nullptr);
  std::vector<rank_cache_ptr> many;
  const users ann{user("ann", 1, 1)};
  std::vector<cache_update> updates;
  for (int i = 0; i < 150; ++i) {
    many.push_back(make_redis_rank_cache(
        for_named_leaderboard(of_all, "many." + std::to_string(i), score_order::desc)));
    updates.push_back({many.back().get(), ann});
  }
  for (const auto& one : many.front()->apply_together(updates))
    EXPECT_TRUE(one);
  for (const auto& one : many)
    EXPECT_TRUE(one->find("ann").value());
}

TEST_F(ApplyTogether, CachesOfAnotherKindAreWrittenOneByOne) {
  const auto other = make_memory_cache().cache;
  complete(*other);
  const users ann{user("ann", 1, 1)};
  const std::vector<cache_update> updates{{caches[0].get(), ann}, {other.get(), ann}};
  for (const auto& cache : {caches[0], other})
    for (const auto& one : cache->apply_together(updates))
      EXPECT_TRUE(one);
  EXPECT_EQ(board(0), (ids{"ann"}));
  EXPECT_EQ(other->top(period::daily, 0, 10).value().total_users, 1U);
}

TEST_F(ApplyTogether, AServerThatIsAwayFailsAll) {
  harness.server().kill();
  const auto done = apply({{user("ann", 1, 1)}, {user("ann", 1, 2)}, {}});
  ASSERT_EQ(done.size(), 3U);
  for (const auto& one : done)
    EXPECT_EQ(one.error().code, errc::store_unavailable);
}

} // namespace
} // namespace standings
