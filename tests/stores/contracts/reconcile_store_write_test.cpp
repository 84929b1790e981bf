#include "tests/support/reconcile_store_suite.hpp"
#include "tests/support/store_ids.hpp"

#include <atomic>
#include <set>
#include <thread>

namespace standings {
namespace {

using std::chrono::minutes;

class ReconcileStoreWrite : public test::reconcile_store_suite {};
STANDINGS_OVER_SCORE_STORES(ReconcileStoreWrite);

TEST_P(ReconcileStoreWrite, WritesARowThatHasTheExpectedVersion) {
  const auto before = add("anna", 5).user;
  const auto wanted = before.updated_at;
  const auto written = write({{{"anna", {1, 2, 3, 4}, wanted, 0}, before.version}});
  ASSERT_EQ(written.size(), 1U);
  EXPECT_EQ(written[0].score, (scores{1, 2, 3, 4}));
  EXPECT_EQ(written[0].updated_at, wanted);
  EXPECT_GT(written[0].version, before.version);
  EXPECT_EQ(get("anna"), written[0]);
}

TEST_P(ReconcileStoreWrite, LeavesARowThatSomebodyHasWrittenSince) {
  const auto before = add("anna", 5).user;
  const auto since = add("anna", 1).user;
  EXPECT_TRUE(write({{{"anna", {9, 9, 9, 9}, {}, 0}, before.version}}).empty());
  EXPECT_TRUE(write({{{"anna", {9, 9, 9, 9}, {}, 0}, since.version + 1}}).empty());
  EXPECT_EQ(get("anna"), since);
}

TEST_P(ReconcileStoreWrite, WritesNoRowThatHasGoneSince) {
  const auto before = add("anna", 5).user;
  store->remove("anna", "run").value();
  EXPECT_TRUE(write({{{"anna", {9, 9, 9, 9}, {}, 0}, before.version}}).empty());
  EXPECT_FALSE(knows("anna"));
}

TEST_P(ReconcileStoreWrite, ExpectingNoRowItOnlyCreates) {
  const auto anna = create("anna", {1, 2, 3, 4});
  EXPECT_EQ(get("anna"), anna);
  EXPECT_EQ(anna.score, (scores{1, 2, 3, 4}));
  EXPECT_TRUE(write({{{"anna", {9, 9, 9, 9}, {}, 0}, 0}}).empty());
  EXPECT_EQ(get("anna"), anna);
}

TEST_P(ReconcileStoreWrite, WritesAsOfNowWhereNoTimeIsGiven) {
  const auto before = now();
  const auto anna = create("anna", {1, 1, 1, 1});
  const auto again = write({{{"anna", {2, 2, 2, 2}, {}, 0}, anna.version}}).at(0);
  EXPECT_GE(anna.updated_at, before);
  EXPECT_GE(again.updated_at, anna.updated_at);
  EXPECT_LE(again.updated_at, now() + minutes{1});
}

TEST_P(ReconcileStoreWrite, KeepsATimeOfThePast) {
  const auto past = now() - minutes{90};
  EXPECT_EQ(create("anna", {1, 1, 1, 1}, past).updated_at, past);
  EXPECT_EQ(get("anna").updated_at, past);
}

TEST_P(ReconcileStoreWrite, TakesATimeThatIsYetToComeForNow) {
  const auto future = now() + minutes{90};
  const auto anna = create("anna", {1, 1, 1, 1}, future);
  EXPECT_LT(anna.updated_at, now() + minutes{1});
  const auto again = write({{{"anna", {2, 2, 2, 2}, future, 0}, anna.version}}).at(0);
  EXPECT_LT(again.updated_at, now() + minutes{1});
}

TEST_P(ReconcileStoreWrite, ARowsTimeNeverStepsBack) {
  const auto before = add("anna", 5).user;
  const auto written =
      write({{{"anna", {6, 6, 6, 6}, before.updated_at - minutes{5}, 0}, before.version}}).at(0);
  EXPECT_EQ(written.updated_at, before.updated_at);
  EXPECT_EQ(written.score[0], 6);
}

TEST_P(ReconcileStoreWrite, EachWriteTakesANewVersion) {
  const auto before = add("anna", 5).user;
  auto written = write({{{"anna", {1, 1, 1, 1}, {}, 0}, before.version},
                        {{"ben", {2, 2, 2, 2}, {}, 0}, 0},
                        {{"cy", {3, 3, 3, 3}, {}, 0}, 0}});
  ASSERT_EQ(written.size(), 3U);
  std::set<std::int64_t> versions;
  for (const auto& row : written)
    versions.insert(row.version);
  EXPECT_EQ(versions.size(), 3U);
  EXPECT_GT(*versions.begin(), before.version);
  EXPECT_GT(add("anna", 1).user.version, *versions.rbegin());
}

TEST_P(ReconcileStoreWrite, OfABatchWritesThoseThatAreAsExpected) {
  const auto anna = add("anna", 1).user;
  const auto ben = add("ben", 2).user;
  add("ben", 1);
  add("cy", 3);
  const auto written = write({{{"anna", {9, 9, 9, 9}, {}, 0}, anna.version},
                              {{"ben", {9, 9, 9, 9}, {}, 0}, ben.version},
                              {{"cy", {9, 9, 9, 9}, {}, 0}, 0},
                              {{"dora", {9, 9, 9, 9}, {}, 0}, 0},
                              {{"emil", {9, 9, 9, 9}, {}, 0}, 7}});
  EXPECT_EQ(test::ids_of(written), (ids{"anna", "dora"}));
  EXPECT_EQ(get("ben").score[0], 3);
  EXPECT_EQ(get("cy").score[0], 3);
  EXPECT_FALSE(knows("emil"));
}

TEST_P(ReconcileStoreWrite, WritesNothingForNothing) {
  EXPECT_TRUE(write({}).empty());
  EXPECT_TRUE(remove_all({}, "run").empty());
}

TEST_P(ReconcileStoreWrite, ARefusedRowFailsTheBatchAndChangesNothing) {
  const auto anna = add("anna", 1).user;
  const auto bad = add("bad", 1).user;
  const auto cy = add("cy", 1).user;
  harness->poison("bad");
  const std::vector<row_change> batch{{{"anna", {9, 9, 9, 9}, {}, 0}, anna.version},
                                      {{"bad", {9, 9, 9, 9}, {}, 0}, bad.version},
                                      {{"cy", {9, 9, 9, 9}, {}, 0}, cy.version},
                                      {{"dora", {9, 9, 9, 9}, {}, 0}, 0}};
  const auto failed = rows->write(batch);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, errc::rejected_row);
  EXPECT_EQ(everyone(), (std::vector{anna, bad, cy}));
  EXPECT_EQ(write({batch[0], batch[2], batch[3]}).size(), 3U); // the connection still works
}

TEST_P(ReconcileStoreWrite, ARefusedRowThatIsToBeCreatedFailsTheBatchToo) {
  harness->poison("bad");
  const std::vector<row_change> batch{{{"anna", {9, 9, 9, 9}, {}, 0}, 0},
                                      {{"bad", {9, 9, 9, 9}, {}, 0}, 0}};
  EXPECT_EQ(rows->write(batch).error().code, errc::rejected_row);
  EXPECT_TRUE(everyone().empty());
}

TEST_P(ReconcileStoreWrite, GivesScoresThatCount) {
  const auto before = now();
  store->reset(period::daily).value();
  const auto anna = create("anna", {1, 2, 3, 4}, before - minutes{5});
  EXPECT_EQ(anna.score, (scores{0, 2, 3, 4}));
  EXPECT_EQ(get("anna"), anna);
}

TEST_P(ReconcileStoreWrite, WritesUsersOfAnyValidIdAndScore) {
  std::vector<row_change> changes;
  for (const auto& id : test::ids_in_many_scripts())
    changes.push_back({{id, {0, 1, score_limit - 1, 7}, {}, 0}, 0});
  EXPECT_EQ(write(changes).size(), changes.size());
  for (const auto& change : changes)
    ASSERT_EQ(get(change.wanted.user_id).score, change.wanted.score) << change.wanted.user_id;
}

TEST_P(ReconcileStoreWrite, WritesThousandsAtOnce) {
  std::vector<row_change> changes;
  for (int i = 0; i < 3'000; ++i)
    changes.push_back({{"user" + std::to_string(i), {i, i, i, i}, {}, 0}, 0});
  const auto created = write(changes);
  ASSERT_EQ(created.size(), changes.size());
  std::vector<row_change> more;
  for (const auto& row : created)
    more.push_back({{row.user_id, {7, 7, 7, 7}, {}, 0}, row.version});
  EXPECT_EQ(write(more).size(), more.size());
  EXPECT_TRUE(write(more).empty());
}

// -- beside other writers ------------------------------------------------------------

class ReconcileStoreConcurrency : public test::reconcile_store_suite {};
STANDINGS_OVER_SCORE_STORES(ReconcileStoreConcurrency);

TEST_P(ReconcileStoreConcurrency, OfTwoThatExpectTheSameVersionOneWrites) {
  const auto other = harness->open_rows();
  for (int round = 0; round < 30; ++round) {
    const auto before = add("anna", 1).user;
    const std::vector<row_change> change{{{"anna", {round, 0, 0, 0}, {}, 0}, before.version}};
    std::atomic<std::size_t> wrote = 0;
    {
      const std::jthread beside{[&] {
        wrote += other->write(change).value().size();
      }};
      wrote += rows->write(change).value().size();
    }
    ASSERT_EQ(wrote, 1U) << round;
  }
}

TEST_P(ReconcileStoreConcurrency, NoIncrementIsLostBesideWrites) {
  constexpr int increments = 60;
  constexpr std::int64_t lift = 1'000;
  add("anna", 1);
  std::int64_t lifts = 0;
  std::atomic<int> scored = 0;
  {
    const std::jthread scoring{[&] {
      for (; scored < increments; ++scored)
        apply({{"anna", 1, {}}});
    }};
    for (int seen = -1; seen < increments;) {
      const int so_far = scored;
      if (so_far == seen) { // SQLite is not fair: a constant writer starves the others
        std::this_thread::yield();
        continue;
      }
      seen = so_far;
      auto row = rows->find(ids{"anna"}).value().at(0);
      const auto expected = row.version;
      for (auto& score : row.score)
        score += lift;
      lifts += static_cast<std::int64_t>(
          rows->write(std::vector<row_change>{{row, expected}}).value().size());
    }
  }
  EXPECT_EQ(get("anna").score[3], 1 + increments + lifts * lift);
}

TEST_P(ReconcileStoreConcurrency, NoUserWhoScoresIsDeletedAtAnOldVersion) {
  const auto other = harness->open_rows();
  for (int round = 0; round < 30; ++round) {
    const auto before = add("anna", 1).user;
    std::vector<deletion> gone;
    {
      const std::jthread beside{[&] {
        gone = other->remove(std::vector<deletion>{{"anna", before.version}}, "run").value();
      }};
      add("anna", 1);
    }
    ASSERT_EQ(get("anna").score[3], gone.empty() ? before.score[3] + 1 : 1) << round;
  }
}

/// Every row with a version up to a barrier's is in every read after it.
TEST_P(ReconcileStoreConcurrency, AfterABarrierEveryWriteUpToItIsVisible) {
  constexpr std::size_t writers = 3;
  struct seen {
    std::int64_t barrier = 0;
    std::vector<user_record> rows;
  };
  std::vector<seen> looks;
  std::array<std::vector<user_record>, writers> written;
  std::atomic<std::size_t> running = writers;
  {
    std::vector<std::unique_ptr<score_store>> connections;
    for (std::size_t n = 0; n < writers; ++n)
      connections.push_back(harness->open());
    std::vector<std::jthread> threads;
    for (std::size_t n = 0; n < writers; ++n)
      threads.emplace_back([&, n] {
        for (int i = 0; i < 60; ++i)
          for (const auto& outcome :
               apply(*connections[n], {{"u" + std::to_string(n) + std::to_string(i % 7), 1, {}},
                                       {"v" + std::to_string(n), 1, {}}}))
            written[n].push_back(outcome.user);
        --running;
      });
    while (running > 0) {
      const auto barrier = rows->barrier().value();
      looks.push_back({barrier, rows->read({}, 1'000).value()});
    }
  }
  ASSERT_FALSE(looks.empty());
  for (const auto& look : looks)
    for (const auto& mine : written)
      for (const auto& write : mine) {
        if (write.version > look.barrier)
          continue;
        const auto at = std::find_if(look.rows.begin(), look.rows.end(),
                                     [&](const auto& row) { return row.user_id == write.user_id; });
        ASSERT_NE(at, look.rows.end()) << write.user_id;
        ASSERT_GE(at->version, write.version) << write.user_id;
      }
}

} // namespace
} // namespace standings
