#include "tests/support/cache_store_suite.hpp"
#include "tests/support/score_store_suite.hpp"
#include "tests/support/store_ids.hpp"

#include <random>

namespace standings {
namespace {

/// Every database with every cache: the order is the same in both.
class TieOrder : public testing::TestWithParam<
                     std::tuple<test::score_store_backend, test::rank_cache_backend>> {
protected:
  std::unique_ptr<test::score_store_harness> stores = std::get<0>(GetParam()).make();
  std::unique_ptr<test::rank_cache_harness> caches = std::get<1>(GetParam()).make();
  std::unique_ptr<score_store> store = stores->open();
  rank_cache_ptr cache = caches->open();
};
INSTANTIATE_TEST_SUITE_P(All, TieOrder,
                         testing::Combine(testing::ValuesIn(test::score_store_backends()),
                                          testing::ValuesIn(test::rank_cache_backends())),
                         [](const auto& with) {
                           return std::get<0>(with.param).name + "_" + std::get<1>(with.param).name;
                         });

TEST_P(TieOrder, IsTheSameInDatabaseAndCache) {
  std::mt19937 random{7};
  std::vector<user_record> users;
  for (const auto& id : test::ids_in_many_scripts()) {
    user_record user{id, {}, store->periods().value().now, 0};
    for (auto& score : user.score)
      score = std::uniform_int_distribution<std::int64_t>{0, 2}(random);
    users.push_back(user);
  }
  ASSERT_TRUE(store->put(users));
  ASSERT_TRUE(cache->begin_rebuild());
  ASSERT_TRUE(cache->load(store->scan({}, 1'000).value()));
  ASSERT_TRUE(cache->finish_rebuild());
  for (auto p : all_periods) {
    const auto in_store = store->top(p, 0, 1'000).value();
    const auto in_cache = cache->top(p, 0, 1'000).value();
    EXPECT_EQ(in_store.total_users, users.size());
    EXPECT_EQ(in_cache.total_users, users.size());
    EXPECT_EQ(test::ids_of(in_store.entries), test::ids_of(in_cache.entries)) << to_string(p);
    EXPECT_EQ(test::scores_of(in_store.entries), test::scores_of(in_cache.entries));
  }
}

} // namespace
} // namespace standings
