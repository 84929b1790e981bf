#include "tests/support/reconcile_store_suite.hpp"
#include "tests/support/store_ids.hpp"

#include <future>

namespace standings {
namespace {

using ids = std::vector<std::string>;
using std::chrono::minutes;

class ReconcileStoreRead : public test::reconcile_store_suite {
protected:
  ids read(const id_range& range, std::size_t limit = 1'000) {
    return test::ids_of(rows->read(range, limit).value());
  }

  void add_all(const ids& users) {
    for (const auto& id : users)
      add(id, 1);
  }
};
STANDINGS_OVER_SCORE_STORES(ReconcileStoreRead);

TEST_P(ReconcileStoreRead, ARangeIsOpenAtItsStartAndClosedAtItsEnd) {
  add_all({"a", "b", "c", "d"});
  EXPECT_EQ(read({"a", "c"}), (ids{"b", "c"}));
  EXPECT_EQ(read({"", "b"}), (ids{"a", "b"}));
  EXPECT_EQ(read({"b", std::nullopt}), (ids{"c", "d"}));
  EXPECT_EQ(read({"", std::nullopt}), (ids{"a", "b", "c", "d"}));
  EXPECT_EQ(read({"a", "cc"}), (ids{"b", "c"}));
  EXPECT_TRUE(read({"d", std::nullopt}).empty());
  EXPECT_TRUE(read({"c", "b"}).empty());
}

TEST_P(ReconcileStoreRead, GivesAtMostTheLimit) {
  add_all({"a", "b", "c", "d"});
  EXPECT_EQ(read({"", "c"}, 2), (ids{"a", "b"}));
  EXPECT_EQ(read({"a", std::nullopt}, 2), (ids{"b", "c"}));
}

TEST_P(ReconcileStoreRead, RangesCoverUsersOfAnyIdInByteOrder) {
  auto all = test::ids_in_many_scripts();
  add_all(all);
  std::sort(all.begin(), all.end());
  EXPECT_EQ(read({}), all);
  ids pieced;
  for (std::string after;;) {
    const auto ends = rows->batch_ends(after, 7, 1).value();
    const auto piece = ends.empty() ? read({after, std::nullopt}) : read({after, ends.front()});
    pieced.insert(pieced.end(), piece.begin(), piece.end());
    if (ends.empty())
      break;
    ASSERT_EQ(piece.size(), 7U);
    after = ends.front();
  }
  EXPECT_EQ(pieced, all);
}

TEST_P(ReconcileStoreRead, TheEndsOfBatchesAreThoseOfFullOnes) {
  ids all;
  for (int i = 100; i < 125; ++i)
    all.push_back(std::to_string(i));
  add_all(all);
  const auto ends = [&](const std::string& after, std::size_t batch, std::size_t count) {
    return rows->batch_ends(after, batch, count).value();
  };
  EXPECT_EQ(ends("", 10, 5), (ids{"109", "119"}));
  EXPECT_EQ(ends("", 10, 1), (ids{"109"}));
  EXPECT_EQ(ends("109", 10, 5), (ids{"119"}));
  EXPECT_EQ(ends("119", 10, 5), (ids{}));
  EXPECT_EQ(ends("", 25, 1), (ids{"124"}));
  EXPECT_EQ(ends("", 26, 1), (ids{}));
  EXPECT_EQ(ends("121", 1, 10), (ids{"122", "123", "124"}));
  EXPECT_EQ(ends("", 5, 100), (ids{"104", "109", "114", "119", "124"}));
  EXPECT_EQ(ends("999", 5, 100), (ids{}));
}

TEST_P(ReconcileStoreRead, CountsUsers) {
  EXPECT_EQ(rows->count().value(), 0U);
  add_all({"a", "b", "c"});
  EXPECT_EQ(rows->count().value(), 3U);
  store->remove("b", "run").value();
  EXPECT_EQ(rows->count().value(), 2U);
}

TEST_P(ReconcileStoreRead, FindsThoseThatExist) {
  const auto anna = add("anna", 1).user;
  const auto ben = add("ben", 2).user;
  auto found = rows->find(ids{"ben", "nobody", "anna", "'; --"}).value();
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.user_id < b.user_id; });
  EXPECT_EQ(found, (std::vector{anna, ben}));
  EXPECT_TRUE(rows->find(ids{}).value().empty());
}

TEST_P(ReconcileStoreRead, GivesScoresThatCountAndWhatTheyGoBy) {
  add("anna", 5);
  const auto reset = store->reset(period::weekly).value();
  const auto [starts, time] = rows->starts().value();
  EXPECT_EQ(starts, reset.starts);
  EXPECT_GE(time, reset.now - minutes{1});
  EXPECT_LE(time, now() + minutes{1});
  EXPECT_EQ(rows->find(ids{"anna"}).value().at(0).score, (scores{5, 0, 5, 5}));
  EXPECT_EQ(rows->read({}, 10).value().at(0).score, (scores{5, 0, 5, 5}));
  EXPECT_EQ(rows->read({"", "z"}, 10).value().at(0).score, (scores{5, 0, 5, 5}));
}

// -- the barrier ---------------------------------------------------------------------

class ReconcileStoreBarrier : public test::reconcile_store_suite {};
STANDINGS_OVER_SCORE_STORES(ReconcileStoreBarrier);

TEST_P(ReconcileStoreBarrier, IsTheLastVersionGivenOut) {
  EXPECT_EQ(rows->barrier().value(), 0);
  const auto anna = add("anna", 1).user;
  EXPECT_EQ(rows->barrier().value(), anna.version);
  const auto removed = store->remove("anna", "run").value().value();
  EXPECT_EQ(rows->barrier().value(), removed);
  EXPECT_EQ(rows->barrier().value(), removed);
}

TEST_P(ReconcileStoreBarrier, LiesBeforeWhateverIsWrittenAfterIt) {
  add("anna", 1);
  const auto barrier = rows->barrier().value();
  EXPECT_GT(add("anna", 1).user.version, barrier);
  EXPECT_GT(create("ben", {1, 1, 1, 1}).version, barrier);
}

/// Two concurrent writers, which only PostgreSQL has.
TEST(PostgresReconcileStoreBarrier, WaitsForAWriterThatHasDrawnAVersion) {
  test::postgres_store_harness harness;
  const auto store = harness.open();
  const auto rows = harness.open_rows();
  store->apply(std::vector<score_update>{{"zoe", 1, {}}}).value();

  pqxx::connection c{harness.options().url};
  pqxx::work writing{c}; // a writer that has drawn a version and has not committed yet
  writing.exec("SELECT pg_advisory_xact_lock_shared(hashtext('pomo_leaderboard.periods'))");
  const auto drawn =
      writing.exec("SELECT nextval('pomo_leaderboard_version')")[0][0].as<std::int64_t>();
  auto barrier = std::async(std::launch::async, [&] { return rows->barrier(); });
  EXPECT_EQ(barrier.wait_for(std::chrono::milliseconds{200}), std::future_status::timeout);
  writing.commit();
  EXPECT_GE(barrier.get().value(), drawn);
}

// -- deletions -----------------------------------------------------------------------

class ReconcileStoreRemove : public test::reconcile_store_suite {
protected:
  std::optional<archived_user> archived(const std::string& id) {
    const auto found = rows->archived(ids{id}).value();
    EXPECT_LE(found.size(), 1U);
    return found.empty() ? std::optional<archived_user>{} : std::optional{found[0]};
  }
};
STANDINGS_OVER_SCORE_STORES(ReconcileStoreRemove);

TEST_P(ReconcileStoreRemove, DeletesIntoTheArchiveAtTheExpectedVersion) {
  const auto anna = add("anna", 1).user;
  const auto ben = add("ben", 2).user;
  const auto gone = remove(anna, "run-17");
  EXPECT_EQ(gone.user_id, "anna");
  EXPECT_GT(gone.version, ben.version);
  EXPECT_EQ(everyone(), std::vector{ben});
  EXPECT_EQ(harness->archive(), (std::vector<test::archived_user>{{anna, "run-17", gone.version}}));
}

TEST_P(ReconcileStoreRemove, LeavesWhoeverHasScoredSince) {
  const auto before = add("anna", 1).user;
  const auto since = add("anna", 1).user;
  EXPECT_TRUE(remove_all({{"anna", before.version}, {"nobody", 1}}, "run").empty());
  EXPECT_EQ(everyone(), std::vector{since});
  EXPECT_TRUE(harness->archive().empty());
}

TEST_P(ReconcileStoreRemove, GivesEachDeletionItsOwnVersion) {
  const auto anna = add("anna", 1).user;
  const auto ben = add("ben", 2).user;
  const auto cy = add("cy", 2).user;
  const auto gone =
      remove_all({{"anna", anna.version}, {"ben", ben.version + 100}, {"cy", cy.version}}, "run");
  ASSERT_EQ(gone.size(), 2U);
  EXPECT_NE(gone[0].version, gone[1].version);
  EXPECT_GT(add("anna", 1).user.version, std::max(gone[0].version, gone[1].version));
}

TEST_P(ReconcileStoreRemove, TellsTheNewestDeletionOfEachUser) {
  EXPECT_FALSE(archived("anna"));
  const auto before = now();
  const auto first = remove(add("anna", 1).user, "one");
  EXPECT_EQ(archived("anna").value().version, first.version);
  const auto second = remove(add("anna", 1).user, "two");
  const auto ben = store->remove("ben", "three").value(); // there is no such user
  EXPECT_FALSE(ben);
  const auto found = archived("anna").value();
  EXPECT_EQ(found.user_id, "anna");
  EXPECT_EQ(found.version, second.version);
  EXPECT_GE(found.deleted_at, before - minutes{1});
  EXPECT_LE(found.deleted_at, now() + minutes{1});
  EXPECT_FALSE(archived("ben"));
  add("anna", 1); // has come back
  EXPECT_EQ(archived("anna").value().version, second.version);
}

TEST_P(ReconcileStoreRemove, TellsOfThoseThatWereDeletedAlone) {
  remove(add("a", 1).user, "run");
  add("b", 1);
  remove(add("c", 1).user, "run");
  const auto found = rows->archived(ids{"c", "b", "a", "nobody"}).value();
  std::vector<std::string> names;
  for (const auto& one : found)
    names.push_back(one.user_id);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (ids{"a", "c"}));
  EXPECT_TRUE(rows->archived(ids{}).value().empty());
}

// -- bringing back ---------------------------------------------------------------------

class ReconcileStoreRestore : public test::reconcile_store_suite {};
STANDINGS_OVER_SCORE_STORES(ReconcileStoreRestore);

TEST_P(ReconcileStoreRestore, BringsUsersBackAsTheyWereUnderANewVersion) {
  const auto written = now() - minutes{5};
  put({{"anna", {1, 2, 3, 4}, written, 0}});
  const auto anna = get("anna");
  const auto ben = add("ben", 2).user;
  const auto gone = remove_all({{"anna", anna.version}, {"ben", ben.version}}, "run");
  const auto back = restore("run");
  EXPECT_EQ(back, everyone());
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(back[0].score, anna.score);
  EXPECT_EQ(back[0].updated_at, written);
  EXPECT_EQ(back[1].score, ben.score);
  for (const auto& row : back)
    for (const auto& deleted : gone)
      EXPECT_GT(row.version, deleted.version);
  EXPECT_NE(back[0].version, back[1].version);
  EXPECT_GT(add("cy", 1).user.version, std::max(back[0].version, back[1].version));
}

TEST_P(ReconcileStoreRestore, ASecondTimeBringsNobodyBack) {
  remove(add("anna", 1).user, "run");
  EXPECT_EQ(restore("run").size(), 1U);
  const auto anna = get("anna");
  EXPECT_TRUE(restore("run").empty());
  EXPECT_EQ(everyone(), std::vector{anna});
}

TEST_P(ReconcileStoreRestore, BringsBackWhomThatRunDeletedAlone) {
  remove(add("anna", 1).user, "one");
  remove(add("ben", 1).user, "two");
  store->remove("nobody", "one").value();
  EXPECT_TRUE(restore("three").empty());
  EXPECT_EQ(test::ids_of(restore("one")), (ids{"anna"}));
  EXPECT_FALSE(knows("ben"));
}

TEST_P(ReconcileStoreRestore, LeavesWhoeverHasComeBackAlone) {
  remove(add("anna", 5).user, "run");
  const auto anna = add("anna", 1).user;
  EXPECT_TRUE(restore("run").empty());
  EXPECT_EQ(get("anna"), anna);
}

TEST_P(ReconcileStoreRestore, LeavesWhoeverWasDeletedAgainLater) {
  remove(add("anna", 5).user, "one");
  remove(add("anna", 1).user, "two");
  EXPECT_TRUE(restore("one").empty());
  EXPECT_EQ(restore("two").at(0).score[0], 1);
}

TEST_P(ReconcileStoreRestore, OfTwoDeletionsOfOneRunTakesTheNewer) {
  remove(add("anna", 5).user, "run");
  remove(add("anna", 1).user, "run");
  const auto back = restore("run");
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].score[0], 1);
}

TEST_P(ReconcileStoreRestore, GoesOnPageByPage) {
  auto all = test::ids_in_many_scripts();
  std::vector<deletion> users;
  for (const auto& id : all)
    users.push_back({id, add(id, 1).user.version});
  ASSERT_EQ(remove_all(users, "run").size(), all.size());
  std::sort(all.begin(), all.end());
  ids back;
  for (std::string after;;) {
    const auto page = restore("run", after, 7);
    for (const auto& row : page)
      back.push_back(row.user_id);
    if (page.size() < 7)
      break;
    after = page.back().user_id;
  }
  EXPECT_EQ(back, all);
}

TEST_P(ReconcileStoreRestore, APeriodThatHasStartedSinceStaysAtZero) {
  remove(add("anna", 5).user, "run");
  store->reset(period::daily).value();
  EXPECT_EQ(restore("run").at(0).score, (scores{0, 5, 5, 5}));
  EXPECT_EQ(get("anna").score, (scores{0, 5, 5, 5}));
}

TEST_P(ReconcileStoreRestore, WorksForWhatAnAdministratorDeleted) {
  add("anna", 5);
  store->remove("anna", "admin").value();
  EXPECT_EQ(test::ids_of(restore("admin")), (ids{"anna"}));
}

} // namespace
} // namespace standings
