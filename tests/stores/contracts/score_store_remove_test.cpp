#include "tests/support/score_store_suite.hpp"
#include "tests/support/store_ids.hpp"

#include <algorithm>

namespace standings {
namespace {

using test::ids_of;
using ids = std::vector<std::string>;

class ScoreStoreRemove : public test::score_store_suite {};
STANDINGS_OVER_ALL_SCORE_STORES(ScoreStoreRemove);

TEST_P(ScoreStoreRemove, DeletesTheUserAlone) {
  add("anna", 1);
  const auto ben = add("ben", 2).user;
  EXPECT_TRUE(store->remove("anna", "run").value());
  EXPECT_FALSE(knows("anna"));
  EXPECT_EQ(everyone(), std::vector{ben});
  EXPECT_EQ(store->count().value(), 1U);
  EXPECT_EQ(ids_of(store->top(period::daily, 0, 10).value().entries), (ids{"ben"}));
}

TEST_P(ScoreStoreRemove, GivesAVersionNewerThanAnyStateOfTheUser) {
  const auto last = add("anna", 1).user;
  const auto removed = store->remove("anna", "run").value();
  ASSERT_TRUE(removed);
  EXPECT_GT(*removed, last.version);
  const auto reborn = add("anna", 3).user;
  EXPECT_GT(reborn.version, *removed);
  EXPECT_EQ(reborn.score, (scores{3, 3, 3, 3})); // from zero
}

TEST_P(ScoreStoreRemove, GivesNothingForAnUnknownUser) {
  EXPECT_FALSE(store->remove("nobody", "run").value());
  EXPECT_TRUE(harness->archive().empty());
}

TEST_P(ScoreStoreRemove, ArchivesTheRowUnderItsRun) {
  const auto written = now() - std::chrono::minutes{1};
  put({{"anna", {1, 2, 3, 4}, written, 0}});
  const auto anna = get("anna");
  const auto removed = store->remove("anna", "run-17").value();
  EXPECT_EQ(harness->archive(),
            (std::vector<test::archived_user>{{anna, "run-17", removed.value()}}));
}

TEST_P(ScoreStoreRemove, ArchivesEachDeletionOfAUser) {
  const auto first = add("anna", 1).user;
  const auto first_removed = store->remove("anna", "one").value().value();
  const auto second = add("anna", 2).user;
  const auto second_removed = store->remove("anna", "two").value().value();
  EXPECT_EQ(harness->archive(),
            (std::vector<test::archived_user>{{first, "one", first_removed},
                                              {second, "two", second_removed}}));
}

std::vector<std::pair<std::string, std::int64_t>> pairs(const std::vector<deletion>& from) {
  std::vector<std::pair<std::string, std::int64_t>> out;
  for (const auto& d : from)
    out.emplace_back(d.user_id, d.version);
  return out;
}

TEST_P(ScoreStoreRemove, ListsTheLastDeletionOfEachUserById) {
  std::vector<std::pair<std::string, std::int64_t>> expected;
  for (const auto* id : {"z", "a", "é", "Z"}) {
    add(id, 1);
    store->remove(id, "first").value();
    add(id, 1);
    expected.emplace_back(id, store->remove(id, "last").value().value());
  }
  add("stays", 1);
  add("a", 1); // has come back
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(pairs(store->scan_deletions({}, 100).value()), expected);

  std::vector<std::pair<std::string, std::int64_t>> paged;
  for (std::string after;;) {
    const auto page = pairs(store->scan_deletions(after, 1).value());
    if (page.empty())
      break;
    ASSERT_EQ(page.size(), 1U);
    paged.push_back(page[0]);
    after = page[0].first;
  }
  EXPECT_EQ(paged, expected);
}

TEST_P(ScoreStoreRemove, ListsNoDeletionsWhereThereWereNone) {
  add("anna", 1);
  EXPECT_TRUE(store->scan_deletions({}, 100).value().empty());
}

} // namespace
} // namespace standings
