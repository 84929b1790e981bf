#include "core/leaderboard/cache_comparison.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

/// A page of users who are all on all boards.
compared_page page(std::uint64_t users, std::uint64_t members, const std::string& next = {}) {
  compared_page out;
  out.users = users;
  out.on_boards.fill(users);
  out.members.fill(members);
  out.next = next;
  return out;
}

compared_page differing() {
  auto out = page(2, 2);
  out.differing = 1;
  return out;
}

TEST(CacheComparison, GoesThroughLeaderboardsPageByPage) {
  cache_comparison all{{"a", "b"}};
  EXPECT_EQ(all.next()->id, "a");
  EXPECT_EQ(all.next()->after, "");
  EXPECT_FALSE(all.take(page(2, 3, "user2")));
  EXPECT_EQ(all.next()->after, "user2");
  EXPECT_FALSE(all.next()->later);
  EXPECT_FALSE(all.take(page(1, 3)));
  EXPECT_EQ(all.next()->id, "b");
  EXPECT_FALSE(all.take(page(0, 0)));
  EXPECT_FALSE(all.next());
  EXPECT_EQ(all.so_far().leaderboards, 2U);
  EXPECT_EQ(all.so_far().users, 3U);
  EXPECT_EQ(all.so_far().differing, 0U);
}

TEST(CacheComparison, BelievesADifferenceOnlyIfItStays) {
  cache_comparison all{{"a", "b"}};
  EXPECT_FALSE(all.take(differing()));
  EXPECT_TRUE(all.next()->later);
  EXPECT_FALSE(all.take(page(2, 2))); // the update has arrived
  EXPECT_EQ(all.next()->id, "b");
  EXPECT_FALSE(all.next()->later);
  EXPECT_FALSE(all.take(differing()));
  EXPECT_TRUE(all.take(differing()));
  EXPECT_EQ(all.so_far().differing, 1U);
  EXPECT_EQ(all.so_far().first_differing, "b");
  EXPECT_EQ(all.so_far().leaderboards, 1U);
}

TEST(CacheComparison, FindsUsersWhomOnlyTheCacheKnows) {
  cache_comparison all{{"a"}};
  all.take(page(2, 4, "user2"));
  EXPECT_FALSE(all.take(page(1, 4)));
  EXPECT_EQ(all.next()->after, "") << "from the first page";
  all.take(page(2, 4, "user2"));
  EXPECT_TRUE(all.take(page(1, 4)));
  EXPECT_FALSE(all.next());
}

TEST(CacheComparison, LeavesOutWhatIsNotLoadedOrCannotBeCompared) {
  cache_comparison all{{"a", "b", "c"}};
  compared_page skipped;
  skipped.skipped = true;
  EXPECT_FALSE(all.take(skipped));
  all.fail();
  EXPECT_FALSE(all.take(page(1, 1)));
  EXPECT_FALSE(all.next());
  EXPECT_EQ(all.so_far().leaderboards, 1U);
  EXPECT_EQ(all.so_far().failed, 1U);
}

} // namespace
} // namespace standings
