#include "stores/memory/rank_cache.hpp"
#include "stores/sqlite/score_store.hpp"
#include "sync/leaderboard/cache_load.hpp"
#include "sync/leaderboard/page_comparison.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

namespace standings {
namespace {

/// More users than a step takes.
class CacheLoad : public testing::Test {
protected:
  static constexpr int users = 4'500;

  CacheLoad() {
    std::vector<score_update> updates;
    for (int i = 0; i < users; ++i)
      updates.push_back({id_of(i), 1 + i, {}});
    store->apply(updates).value();
    cache->start_periods(store->periods().value().starts).value();
    cache->begin_rebuild().value();
  }

  static std::string id_of(int i) { return "user" + std::to_string(10'000 + i); }

  std::unique_ptr<score_store> open() {
    sqlite_options options;
    options.path = dir / "scores.db";
    return std::move(open_sqlite_store(options).value());
  }

  /// Takes steps until the load has ended; returns how many.
  static int end(cache_load& load) {
    int steps = 1;
    while (!load.step().value())
      ++steps;
    return steps;
  }

  std::uint64_t differing() {
    return compare_with_cache(*named, store->scan({}, users + 1).value(),
                              store->periods().value().starts)
        .value()
        .differing;
  }

  test::temp_dir dir;
  std::unique_ptr<score_store> store = open();
  rank_cache_ptr cache = make_memory_rank_cache();
  shelved_ptr named = std::make_shared<const shelved_leaderboard>(leaderboard{}, cache);
};

TEST_F(CacheLoad, TakesAPageAtATimeAndThenTheRemovals) {
  cache_load load{named, open()};
  EXPECT_FALSE(load.step().value());
  EXPECT_EQ(load.users(), 2'000U);
  EXPECT_FALSE(cache->complete());
  store->remove(id_of(7), "run").value(); // loaded already
  EXPECT_EQ(end(load), 3) << "two pages of users, and the removals";
  EXPECT_EQ(load.users(), static_cast<std::uint64_t>(users));
  EXPECT_TRUE(cache->complete());
  EXPECT_EQ(differing(), 0U);
  EXPECT_EQ(cache->state().value().members[0], static_cast<std::uint64_t>(users) - 1);
}

TEST_F(CacheLoad, ThatStartsOverTakesEverythingAgain) {
  cache_load load{named, open()};
  EXPECT_FALSE(load.step().value());
  store->apply(std::vector<score_update>{{id_of(0), 100, {}}}).value(); // missed by the cache
  load.start_over();
  end(load);
  EXPECT_EQ(load.users(), static_cast<std::uint64_t>(users));
  EXPECT_EQ(differing(), 0U);
}

TEST_F(CacheLoad, AComparisonFindsWhoDiffers) {
  cache_load load{named, open()};
  end(load);
  store->apply(std::vector<score_update>{{id_of(3), 1, {}}, {"somebody new", 1, {}}}).value();
  EXPECT_EQ(differing(), 2U);
}

} // namespace
} // namespace standings
