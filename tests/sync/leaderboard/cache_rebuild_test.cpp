#include "stores/memory/rank_cache.hpp"
#include "stores/sqlite/score_store.hpp"
#include "sync/leaderboard/cache_rebuild.hpp"
#include "tests/support/forwarding_score_store.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace standings {
namespace {

/// A database whose scans fail when told to.
class failing_scans final : public test::forwarding_score_store {
public:
  using forwarding_score_store::forwarding_score_store;

  result<std::vector<user_record>> scan(const std::string& after, std::size_t limit) override {
    if (fails)
      return fail(errc::store_unavailable, "connection lost");
    return forwarding_score_store::scan(after, limit);
  }

  bool fails = false;
};

class CacheRebuild : public testing::Test {
protected:
  void SetUp() override {
    for (const auto* id : {"anna", "ben", "cleo", "dan", "eve"})
      score(id);
    cache->begin_rebuild().value();
  }

  std::int64_t score(const std::string& id) {
    return database.apply(std::vector<score_update>{{id, 1, {}}}).value().at(0).user.version;
  }

  /// Loads pages of two users until one is the last; returns the number of users.
  std::uint64_t load_all(cache_rebuild& rebuild) {
    std::uint64_t users = 0;
    std::string after;
    for (bool done = false; !done;) {
      const auto page = rebuild.load(after, 2);
      EXPECT_TRUE(page);
      if (!page)
        break;
      users += page->users;
      after = page->last;
      done = page->done;
    }
    return users;
  }

  bool knows(const std::string& id) { return cache->find(id).value().has_value(); }

  const test::temp_dir dir;
  failing_scans database{open_sqlite_store({.path = dir / "standings.db"}).value()};
  rank_cache_ptr cache = make_memory_rank_cache();
};

TEST_F(CacheRebuild, BringsEverybodyPageByPageAndDeclaresTheCacheComplete) {
  cache_rebuild rebuild{database, *cache};
  EXPECT_EQ(load_all(rebuild), 5U);
  EXPECT_FALSE(cache->complete());
  EXPECT_TRUE(rebuild.finish());
  EXPECT_TRUE(cache->complete());
  for (const auto* id : {"anna", "ben", "cleo", "dan", "eve"})
    EXPECT_TRUE(knows(id)) << id;
}

TEST_F(CacheRebuild, GivesThePageThatIsAskedForAlsoAfterItHasReadAhead) {
  cache_rebuild rebuild{database, *cache};
  EXPECT_EQ(rebuild.load("", 2)->last, "ben");
  EXPECT_EQ(rebuild.load("", 2)->last, "ben");
  EXPECT_EQ(rebuild.load("ben", 2)->last, "dan");
}

TEST_F(CacheRebuild, OfAnEmptyDatabaseIsOnePage) {
  const test::temp_dir other;
  const auto empty = open_sqlite_store({.path = other / "standings.db"}).value();
  cache_rebuild rebuild{*empty, *cache};
  const auto page = rebuild.load("", 2);
  EXPECT_EQ(page->users, 0U);
  EXPECT_TRUE(page->done);
  EXPECT_TRUE(rebuild.finish());
  EXPECT_TRUE(cache->complete());
}

TEST_F(CacheRebuild, RemovesWhomTheCacheHasNotSeenDeleted) {
  cache_rebuild rebuild{database, *cache};
  load_all(rebuild);
  ASSERT_TRUE(database.remove("cleo", "admin").value());
  EXPECT_TRUE(rebuild.finish());
  EXPECT_FALSE(knows("cleo"));
  EXPECT_TRUE(knows("dan"));
}

TEST_F(CacheRebuild, BringsACompleteCacheUpToDateWithoutChangingWhichItIs) {
  cache->finish_rebuild().value();
  const auto generation = cache->state().value().generation;
  const auto verified = score("anna");
  score("ben");
  cache_rebuild rebuild{database, *cache, verified};
  EXPECT_EQ(load_all(rebuild), 5U);
  EXPECT_TRUE(rebuild.finish());
  EXPECT_TRUE(knows("ben"));
  EXPECT_FALSE(knows("anna")) << "up to that version the cache is known to have everybody";
  EXPECT_EQ(cache->state().value().generation, generation);
}

TEST_F(CacheRebuild, TellsThatTheDatabaseFailed) {
  cache_rebuild rebuild{database, *cache};
  database.fails = true;
  const auto page = rebuild.load("", 2);
  ASSERT_FALSE(page);
  EXPECT_TRUE(page.error().database);
  EXPECT_EQ(page.error().why.code, errc::store_unavailable);
}

TEST_F(CacheRebuild, TellsThatTheCacheWasLostMeanwhile) {
  cache_rebuild rebuild{database, *cache};
  load_all(rebuild);
  cache->clear().value();
  const auto finished = rebuild.finish();
  ASSERT_FALSE(finished);
  EXPECT_FALSE(finished.error().database);
  EXPECT_EQ(finished.error().why.code, errc::cache_warming);
}

} // namespace
} // namespace standings
