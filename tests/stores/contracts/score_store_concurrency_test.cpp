#include "tests/support/score_store_suite.hpp"

#include <algorithm>
#include <set>
#include <thread>

namespace standings {
namespace {

using test::until_unlocked;

class ScoreStoreConcurrency : public test::score_store_suite {
protected:
  /// Runs `work(connection, n)` in `threads` threads, each with its own connection.
  template <class Work>
  void in_threads(std::size_t threads, const Work& work) {
    std::vector<std::unique_ptr<score_store>> connections;
    for (std::size_t n = 0; n < threads; ++n)
      connections.push_back(harness->open());
    std::vector<std::jthread> running;
    for (std::size_t n = 0; n < threads; ++n)
      running.emplace_back([&, n] { work(*connections[n], n); });
  }
};
STANDINGS_OVER_ALL_SCORE_STORES(ScoreStoreConcurrency);

TEST_P(ScoreStoreConcurrency, TwoConnectionsLoseNoIncrementAndShareNoVersion) {
  constexpr std::size_t threads = 2;
  constexpr int rounds = 100;
  std::array<std::vector<std::int64_t>, threads> versions;
  in_threads(threads, [&](score_store& mine, std::size_t n) {
    for (int i = 0; i < rounds; ++i) {
      const std::vector<score_update> batch{
          {"shared", 1, {}}, {"own" + std::to_string(n), 2, {}}, {"shared", 3, {}}};
      const auto outcomes = apply(mine, batch);
      versions[n].push_back(outcomes[1].user.version);
      versions[n].push_back(outcomes[2].user.version);
    }
  });
  EXPECT_EQ(get("shared").score[0], static_cast<std::int64_t>(threads) * rounds * 4);
  for (std::size_t n = 0; n < threads; ++n) {
    EXPECT_EQ(get("own" + std::to_string(n)).score[3], rounds * 2);
    std::sort(versions[n].begin(), versions[n].end());
  }
  std::vector<std::int64_t> common;
  std::set_intersection(versions[0].begin(), versions[0].end(), versions[1].begin(),
                        versions[1].end(), std::back_inserter(common));
  EXPECT_TRUE(common.empty());
}

TEST_P(ScoreStoreConcurrency, AKeySentOverSeveralConnectionsCountsOnce) {
  constexpr std::size_t threads = 4;
  constexpr std::size_t keys = 25;
  std::array<std::vector<update_outcome>, threads> outcomes;
  in_threads(threads, [&](score_store& mine, std::size_t n) {
    for (std::size_t i = 0; i < keys; ++i) {
      outcomes[n].push_back(apply(mine, {{"anna", 1, "key" + std::to_string(i)}})[0]);
    }
  });
  EXPECT_EQ(get("anna").score[0], static_cast<std::int64_t>(keys));
  for (std::size_t i = 0; i < keys; ++i) {
    int counted = 0;
    for (const auto& mine : outcomes) {
      counted += mine[i].replayed ? 0 : 1;
      EXPECT_EQ(mine[i].user, outcomes[0][i].user);
    }
    EXPECT_EQ(counted, 1) << "key" << i;
  }
}

TEST_P(ScoreStoreConcurrency, ReadersSeeWholeBatchesInOrder) {
  constexpr int rounds = 100;
  in_threads(3, [&](score_store& mine, std::size_t n) {
    if (n == 0) {
      for (int i = 0; i < rounds; ++i)
        apply(mine, {{"a", 1, {}}, {"b", 1, {}}});
      return;
    }
    std::int64_t last = 0;
    while (last < rounds) {
      const auto users = mine.scan({}, 10);
      ASSERT_TRUE(users) << users.error().detail;
      if (users->empty())
        continue;
      ASSERT_EQ(users->size(), 2U);
      ASSERT_EQ((*users)[0].score, (*users)[1].score);
      ASSERT_GE((*users)[0].score[0], last);
      last = (*users)[0].score[0];
      const auto page = mine.top(period::daily, 0, 1);
      ASSERT_TRUE(page);
      ASSERT_EQ(page->total_users, 2U);
    }
  });
}

TEST_P(ScoreStoreConcurrency, ResetsAndIncrementsKeepTheBoardsApart) {
  constexpr int rounds = 60;
  in_threads(2, [&](score_store& mine, std::size_t n) {
    for (int i = 0; i < rounds; ++i)
      if (n == 0)
        apply(mine, {{"anna", 1, {}}});
      else
        ASSERT_TRUE(until_unlocked([&] { return mine.reset(period::daily); }));
  });
  EXPECT_EQ(get("anna").score[3], rounds);
  EXPECT_LE(get("anna").score[0], rounds);
  ASSERT_TRUE(store->reset(period::daily));
  EXPECT_EQ(get("anna").score[0], 0);
}

class ScoreStoreDurability : public test::score_store_suite {};
STANDINGS_OVER_ALL_SCORE_STORES(ScoreStoreDurability);

TEST_P(ScoreStoreDurability, EverythingIsThereAfterReopening) {
  add("anna", 5, "k");
  add("gone", 1);
  ASSERT_TRUE(store->remove("gone", "run").value());
  ASSERT_TRUE(store->reset(period::daily));
  add("ben", 2);
  const auto before = everyone();
  const auto starts = store->periods().value().starts;
  store.reset();
  store = harness->open();
  EXPECT_EQ(everyone(), before);
  EXPECT_EQ(store->periods().value().starts, starts);
  EXPECT_EQ(harness->archive().size(), 1U);
}

TEST_P(ScoreStoreDurability, AnAnsweredWriteIsThereForEveryoneAtOnce) {
  const auto other = harness->open();
  for (int i = 1; i <= 10; ++i) {
    const auto user = add("anna", 1).user;
    ASSERT_EQ(other->find("anna").value(), user);
  }
}

} // namespace
} // namespace standings
