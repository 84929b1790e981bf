#include "stores/memory/rank_cache.hpp"
#include "sync/leaderboard/leaderboard_shelf.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace standings {
namespace {

using namespace std::chrono_literals;

class LeaderboardShelf : public testing::Test {
protected:
  static leaderboard named(const std::string& id, std::int64_t number = 1) {
    leaderboard out;
    out.id = id;
    out.number = number;
    return out;
  }

  std::vector<std::string> used() {
    auto out = shelf.take_used();
    std::sort(out.begin(), out.end());
    return out;
  }

  int made = 0;
  leaderboard_shelf::clock::time_point now{};
  leaderboard_shelf shelf{[this](const leaderboard&) {
                            ++made;
                            return make_memory_rank_cache();
                          },
                          [this] {
                            return now;
                          }};
};

TEST_F(LeaderboardShelf, MakesOneCacheForEachLeaderboard) {
  EXPECT_FALSE(shelf.find("a"));
  const auto a = shelf.put(named("a"));
  EXPECT_EQ(shelf.find("a"), a);
  EXPECT_EQ(shelf.put(named("a")), a) << "nothing has changed";
  shelf.put(named("b", 2));
  EXPECT_EQ(made, 2);
}

TEST_F(LeaderboardShelf, KeepsTheCacheWhenSettingsChange) {
  const auto before = shelf.put(named("a"));
  auto changed = named("a");
  changed.settings.rules.max_count = 7;
  const auto after = shelf.put(changed);
  EXPECT_EQ(after->cache, before->cache);
  EXPECT_EQ(after->of.settings.rules.max_count, 7);
  EXPECT_EQ(before->of.settings.rules.max_count, 10'000) << "those who hold it see no change";
}

TEST_F(LeaderboardShelf, MakesANewCacheForALeaderboardThatWasMadeAnew) {
  const auto before = shelf.put(named("a", 1));
  EXPECT_NE(shelf.put(named("a", 2))->cache, before->cache);
}

TEST_F(LeaderboardShelf, AnUpdateOfItsSettingsIsNoUse) {
  EXPECT_FALSE(shelf.update(named("a")));
  shelf.put(named("a"));
  used();
  auto changed = named("a");
  changed.settings.time_zone = "Asia/Tokyo";
  EXPECT_EQ(shelf.update(changed)->of.settings.time_zone, "Asia/Tokyo");
  EXPECT_TRUE(used().empty());
}

TEST_F(LeaderboardShelf, TellsOnceWhichWereUsed) {
  shelf.put(named("a"));
  shelf.put(named("b"));
  EXPECT_EQ(used(), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(used().empty());
  EXPECT_TRUE(shelf.find("b"));
  EXPECT_EQ(used(), std::vector<std::string>{"b"});
}

TEST_F(LeaderboardShelf, ShrinksByTheLongestUnused) {
  for (const auto* id : {"a", "b", "c"}) {
    shelf.put(named(id));
    now += 10s;
  }
  EXPECT_TRUE(shelf.find("a"));
  EXPECT_TRUE(shelf.shrink(3, 0s).empty());
  const auto gone = shelf.shrink(2, 0s);
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0]->of.id, "b");
  EXPECT_TRUE(shelf.shrink(0, 60s).empty()) << "all were used lately";
  EXPECT_EQ(shelf.size(), 2U);
}

TEST_F(LeaderboardShelf, ForgetsWhatIsRemoved) {
  shelf.put(named("a"));
  shelf.remove("a");
  EXPECT_FALSE(shelf.find("a"));
  EXPECT_TRUE(shelf.all().empty());
  EXPECT_TRUE(used().empty());
}

} // namespace
} // namespace standings
