#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/user_reconciler_suite.hpp"

#include <boost/json.hpp>

#include <sstream>

namespace standings {
namespace {

/// Users in both stores, some of whom are absent from the cache.
class UserReconcilerRemove : public test::user_reconciler_suite {
protected:
  void SetUp() override {
    user_reconciler_suite::SetUp();
    for (const auto* id : {"anna", "ben", "cy"})
      score(id, 5);
    run.verified_up_to = rows.barrier().value();
  }

  std::vector<deletion> candidates(const ids& gone) {
    for (const auto& id : gone)
      lose_in_cache(row(id));
    auto found = compare();
    EXPECT_EQ(found.candidates.size(), gone.size());
    return found.candidates;
  }

  std::uint64_t remove(const std::vector<deletion>& users) {
    return reconciler.remove(run, users).value();
  }

  void expect_warming(const std::vector<deletion>& users) {
    EXPECT_EQ(reconciler.remove(run, users).error().code, errc::cache_warming);
    for (const auto& user : users)
      EXPECT_TRUE(has_row(user.user_id));
    EXPECT_TRUE(database->archive().empty());
  }

  /// The ids in the backup file.
  ids backed_up() {
    ids out;
    std::istringstream in{test::read_file(dir / "backup/run-1.jsonl")};
    for (std::string line; std::getline(in, line);)
      out.emplace_back(boost::json::parse(line).at("user_id").as_string());
    return out;
  }

  const test::temp_dir dir;
};
INSTANTIATE_TEST_SUITE_P(Stores, UserReconcilerRemove, testing::ValuesIn(test::store_pairs()),
                         [](const auto& with) { return with.param.name; });

TEST_P(UserReconcilerRemove, DeletesWhoIsStillGoneIntoTheArchive) {
  const auto anna = row("anna");
  const auto ben = row("ben");
  EXPECT_EQ(remove(candidates({"anna", "ben"})), 2U);
  expect_in_neither("anna");
  expect_in_neither("ben");
  expect_in_both("cy");
  const auto archive = database->archive();
  ASSERT_EQ(archive.size(), 2U);
  for (const auto& one : archive) {
    EXPECT_EQ(one.run_id, "run-1");
    EXPECT_EQ(one.user, one.user.user_id == "anna" ? anna : ben);
  }
}

TEST_P(UserReconcilerRemove, LeavesWhoIsInTheCacheAgain) {
  const auto users = candidates({"anna", "ben"});
  auto back = row("anna");
  back.version += 1'000;
  cache->apply(std::vector{back}).value();
  EXPECT_EQ(remove(users), 1U);
  EXPECT_TRUE(has_row("anna"));
  expect_in_neither("ben");
}

TEST_P(UserReconcilerRemove, LeavesWhoHasScoredSince) {
  const auto users = candidates({"anna", "ben"});
  score_without_cache("anna", 1);
  EXPECT_EQ(remove(users), 1U);
  EXPECT_EQ(row("anna").score[0], 6);
}

TEST_P(UserReconcilerRemove, LeavesWhoScoresAtTheLastMoment) {
  const auto users = candidates({"anna", "ben"});
  rows.before_remove = [&] {
    score("anna", 1);
  };
  EXPECT_EQ(remove(users), 1U);
  expect_in_both("anna");
}

TEST_P(UserReconcilerRemove, DeletesNobodyWhereTheCacheIsOfAnotherGeneration) {
  const auto users = candidates({"anna"});
  const auto before = run.generation;
  cache->begin_rebuild().value();
  cache->finish_rebuild().value();
  ASSERT_NE(cache->state().value().generation, before);
  expect_warming(users);
}

TEST_P(UserReconcilerRemove, DeletesNobodyWhereTheCacheIsNotWhole) {
  const auto users = candidates({"anna"});
  cache->clear().value();
  expect_warming(users);
  run.generation.clear();
  expect_warming(users);
}

TEST_P(UserReconcilerRemove, DeletesNobodyWhereTheCacheIsLostBeforeTheLook) {
  const auto anna = row("anna");
  audit.before_view = [&] {
    cache->clear().value();
  };
  expect_warming({{"anna", anna.version}});
}

TEST_P(UserReconcilerRemove, ADryRunDeletesNobodyAndTellsHowMany) {
  const auto users = candidates({"anna", "ben"});
  run.dry_run = true;
  run.backup_dir = dir / "backup";
  EXPECT_EQ(remove(users), 2U);
  EXPECT_TRUE(has_row("anna"));
  EXPECT_FALSE(std::filesystem::exists(run.backup_dir));
}

TEST_P(UserReconcilerRemove, DeletesNobodyForNobody) {
  EXPECT_EQ(remove({}), 0U);
}

TEST_P(UserReconcilerRemove, BacksRowsUpBeforeItDeletesThem) {
  const auto users = candidates({"anna", "ben"});
  run.backup_dir = dir / "backup";
  ids before;
  rows.before_remove = [&] {
    before = backed_up();
  };
  EXPECT_EQ(remove(users), 2U);
  EXPECT_EQ(before, (ids{"anna", "ben"}));
}

TEST_P(UserReconcilerRemove, BacksUpOnlyWhoIsToBeDeleted) {
  const auto users = candidates({"anna", "ben"});
  auto back = row("anna");
  back.version += 1'000;
  cache->apply(std::vector{back}).value();
  run.backup_dir = dir / "backup";
  EXPECT_EQ(remove(users), 1U);
  EXPECT_EQ(backed_up(), (ids{"ben"}));
}

TEST_P(UserReconcilerRemove, DeletesNobodyWhomItCannotBackUp) {
  const auto users = candidates({"anna"});
  run.backup_dir = "/dev/null/backup";
  EXPECT_EQ(reconciler.remove(run, users).error().code, errc::store_unavailable);
  EXPECT_TRUE(has_row("anna"));
}

// -- undoing a run ----------------------------------------------------------------------

TEST_P(UserReconcilerRemove, AnUndoneRunBringsUsersBackToBothStores) {
  const auto anna = row("anna");
  remove(candidates({"anna", "ben"}));
  EXPECT_EQ(reconciler.undo("run-1").value(), 2U);
  expect_in_both("anna");
  expect_in_both("ben");
  EXPECT_EQ(row("anna").score, anna.score);
  EXPECT_EQ(row("anna").updated_at, anna.updated_at);
  EXPECT_EQ(reconciler.undo("run-1").value(), 0U);
  EXPECT_EQ(reconciler.undo("never").value(), 0U);
}

TEST_P(UserReconcilerRemove, WhoWasBroughtBackIsNoCandidateAgain) {
  remove(candidates({"anna"}));
  reconciler.undo("run-1").value();
  next_run();
  expect_counts(compare_everyone().counts, {{"in_sync", 3}});
  auto anna = row("anna");
  lose_in_cache(anna); // absent again before any run has verified the user
  next_run("run-3");
  const auto found = compare();
  EXPECT_TRUE(found.candidates.empty());
}

TEST_P(UserReconcilerRemove, UndoesMoreThanAPage) {
  std::vector<score_update> batch;
  for (int i = 0; i < 1'100; ++i)
    batch.push_back({"many" + std::to_string(i), 1, {}});
  std::vector<deletion> users;
  for (const auto& outcome : store->apply(batch).value())
    users.push_back({outcome.user.user_id, outcome.user.version});
  EXPECT_EQ(remove(users), 1'100U);
  EXPECT_EQ(reconciler.undo("run-1").value(), 1'100U);
  next_run();
  expect_counts(compare_everyone().counts, {{"checked", 1'103}, {"in_sync", 1'103}});
}

} // namespace
} // namespace standings
