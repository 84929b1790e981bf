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

  leaderboard_shelf::make_cache_fn maker() {
    return [](const leaderboard&) {
      return make_memory_rank_cache();
    };
  }

  leaderboard_shelf::now_fn clock() {
    return [this] {
      return now;
    };
  }

  static void fill(rank_cache& cache, int users) {
    std::vector<user_record> all;
    for (int i = 0; i < users; ++i)
      all.push_back({"user" + std::to_string(i), {1, 2, 3, 4}, system_now(), i + 1});
    cache.load(all).value();
  }

  static std::vector<std::string> ids_of(const std::vector<shelved_ptr>& some) {
    std::vector<std::string> out;
    for (const auto& one : some)
      out.push_back(one->of.id);
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
                          {},
                          clock()};
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

TEST_F(LeaderboardShelf, MakesANewCacheForAnotherOrder) {
  const auto before = shelf.put(named("a"));
  static_cast<void>(shelf.take_new());
  EXPECT_FALSE(before->has_turned);
  auto turned = named("a");
  turned.settings.rules.order = score_order::asc;
  const auto after = shelf.put(turned);
  EXPECT_NE(after->cache, before->cache);
  EXPECT_TRUE(after->has_turned);
  EXPECT_EQ(shelf.take_new(), std::vector<std::string>{"a"});
  turned.settings.rules.max_count = 7;
  EXPECT_EQ(shelf.put(turned)->cache, after->cache);
  EXPECT_TRUE(shelf.find("a")->has_turned) << "nobody has cleared what others share";
}

TEST_F(LeaderboardShelf, KeepsTheSettingsFromBeforeWhileTheyCannotBeRead) {
  auto laps = named("a");
  laps.settings.rules.order = score_order::asc;
  laps.settings.time_zone = "Asia/Tokyo";
  const auto before = shelf.put(laps);
  auto damaged = named("a");
  damaged.unreadable = "settings";
  const auto meanwhile = shelf.update(damaged);
  EXPECT_EQ(meanwhile->of.settings, laps.settings);
  EXPECT_EQ(meanwhile->of.unreadable, "settings");
  EXPECT_TRUE(meanwhile->of.knows_settings());
  EXPECT_EQ(shelf.put(damaged), meanwhile) << "nothing has changed";
  EXPECT_EQ(shelf.put_unused(damaged, 5min), meanwhile);
  const auto after = shelf.update(laps);
  EXPECT_TRUE(after->of.unreadable.empty());
  EXPECT_EQ(after->cache, before->cache);
  EXPECT_EQ(made, 1);
}

TEST_F(LeaderboardShelf, TakesNoneWhoseOrderNobodyKnows) {
  auto damaged = named("a", 2);
  damaged.unreadable = "order";
  const auto is_refused = [&] {
    return !shelf.put(damaged) && !shelf.put_unused(damaged, 5min) && !shelf.update(damaged);
  };
  EXPECT_TRUE(is_refused());
  EXPECT_FALSE(shelf.holds("a"));
  shelf.put(named("a", 1));
  EXPECT_TRUE(is_refused()) << "the other one of that id was purged";
  EXPECT_EQ(made, 1);
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
  leaderboard_shelf small{maker(), {.leaderboards = 2, .lately = 60s}, clock()};
  for (const auto* id : {"a", "b", "c"}) {
    small.put(named(id));
    now += 10s;
  }
  EXPECT_TRUE(small.find("a"));
  EXPECT_TRUE(small.is_over());
  EXPECT_TRUE(small.shrink().empty()) << "all were used lately";
  now += 45s;
  EXPECT_EQ(ids_of(small.shrink()), std::vector<std::string>{"b"});
  EXPECT_FALSE(small.is_over());
  EXPECT_FALSE(small.has_room());
  EXPECT_TRUE(small.shrink().empty());
  EXPECT_EQ(small.size(), 2U);
}

TEST_F(LeaderboardShelf, KeepsWithinItsMemoryByTheLongestUnused) {
  std::uint64_t others = 0;
  leaderboard_shelf bounded{maker(),
                            {.bytes = 1'000'000,
                             .other_bytes =
                                 [&] {
                                   return others;
                                 }},
                            clock()};
  for (const auto* id : {"a", "b", "c"}) {
    fill(*bounded.put(named(id))->cache, 1'000);
    now += 1s;
  }
  EXPECT_TRUE(bounded.shrink().empty()) << bounded.memory_bytes();
  EXPECT_TRUE(bounded.has_room());
  EXPECT_TRUE(bounded.find("a"));
  others = 400'000;
  EXPECT_TRUE(bounded.is_over());
  EXPECT_FALSE(bounded.has_room());
  EXPECT_EQ(ids_of(bounded.shrink()), std::vector<std::string>{"b"}) << "used lately or not";
  others = 1'000'000;
  EXPECT_EQ(ids_of(bounded.shrink()), (std::vector<std::string>{"c", "a"}));
}

TEST_F(LeaderboardShelf, DropsOneThatIsTooLargeByItselfBeforeTheOthers) {
  leaderboard_shelf bounded{maker(), {.bytes = 1'000'000}, clock()};
  for (const auto* id : {"a", "b"})
    fill(*bounded.put(named(id))->cache, 500);
  now += 1s;
  fill(*bounded.put(named("large"))->cache, 10'000);
  EXPECT_EQ(ids_of(bounded.shrink()), std::vector<std::string>{"large"});
}

TEST_F(LeaderboardShelf, BelievesForSomeSecondsWhatTheDatabaseHasSaid) {
  const auto there = shelf.put(named("a"));
  EXPECT_FALSE(shelf.is_outdated(*there));
  now += 3s;
  EXPECT_TRUE(shelf.is_outdated(*shelf.find("a"))) << "a use is no look";
  shelf.update(named("a"));
  EXPECT_FALSE(shelf.is_outdated(*there));
}

TEST_F(LeaderboardShelf, KeepsWhatSomebodyHolds) {
  leaderboard_shelf bounded{maker(), {.bytes = 1}, clock()};
  auto loaded = bounded.put(named("a"));
  now += 1s;
  bounded.put(named("b"));
  EXPECT_EQ(ids_of(bounded.shrink()), std::vector<std::string>{"b"});
  EXPECT_EQ(bounded.find("a"), loaded);
  loaded.reset();
  EXPECT_EQ(ids_of(bounded.shrink()), std::vector<std::string>{"a"});
}

TEST_F(LeaderboardShelf, WarmsWithoutAUse) {
  leaderboard_shelf small{maker(), {.leaderboards = 1, .lately = 0s}, clock()};
  small.put(named("read"));
  static_cast<void>(small.take_used());
  small.put_unused(named("warm"), 5min);
  EXPECT_TRUE(small.holds("warm"));
  EXPECT_TRUE(small.take_used().empty());
  EXPECT_EQ(ids_of(small.shrink()), std::vector<std::string>{"warm"})
      << "it was used before the other one";
  const auto there = small.find("read");
  EXPECT_EQ(small.put_unused(named("read"), 5min), there);
}

TEST_F(LeaderboardShelf, ForgetsWhatIsRemoved) {
  const auto there = shelf.put(named("a"));
  EXPECT_EQ(shelf.remove("a"), there);
  EXPECT_FALSE(shelf.remove("a"));
  EXPECT_FALSE(shelf.find("a"));
  EXPECT_TRUE(shelf.all().empty());
  EXPECT_TRUE(used().empty());
}

} // namespace
} // namespace standings
