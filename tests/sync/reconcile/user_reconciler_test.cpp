#include "tests/support/user_reconciler_suite.hpp"

namespace standings {
namespace {

class UserReconciler : public test::user_reconciler_suite {};
INSTANTIATE_TEST_SUITE_P(Stores, UserReconciler, testing::ValuesIn(test::store_pairs()),
                         [](const auto& with) { return with.param.name; });

// -- each decision ---------------------------------------------------------------------

TEST_P(UserReconciler, LeavesWhatIsInSync) {
  const auto anna = score("anna", 1);
  const auto ben = score("ben", 2);
  const auto found = compare_everyone();
  expect_counts(found.counts, {{"checked", 2}, {"in_sync", 2}});
  EXPECT_EQ(row("anna"), anna);
  EXPECT_EQ(row("ben"), ben);
}

TEST_P(UserReconciler, ComparesNobodyInEmptyStores) {
  expect_counts(compare_everyone().counts, {{"checked", 0}});
}

TEST_P(UserReconciler, HealsALostCacheWrite) {
  score("anna", 1);
  const auto anna = score_without_cache("anna", 4);
  expect_counts(compare().counts, {{"checked", 1}, {"healed", 1}, {"in_sync", 0}});
  EXPECT_EQ(row("anna"), anna); // the database decides
  expect_in_both("anna");
  next_run();
  expect_counts(compare().counts, {{"in_sync", 1}});
}

TEST_P(UserReconciler, HealsWhomTheCacheHasNeverSeen) {
  score_without_cache("anna", 4);
  expect_counts(compare().counts, {{"healed", 1}});
  expect_in_both("anna");
}

TEST_P(UserReconciler, LeavesWhoIsAbsentWhereThatIsAnotherRunsAffair) {
  score_without_cache("anna", 4);
  run.leave_absent = true;
  expect_counts(compare().counts, {{"checked", 1}});
  EXPECT_FALSE(view("anna").present());
}

TEST_P(UserReconciler, TakesANewerStateOfTheCacheOver) {
  const auto before = score("anna", 1);
  const auto newer = score_in_cache(before, 5);
  expect_counts(compare().counts, {{"checked", 1}, {"updated", 1}});
  EXPECT_EQ(row("anna").score, newer.score);
  EXPECT_GT(row("anna").version, before.version);
  expect_in_both("anna");
  next_run();
  expect_counts(compare_everyone().counts, {{"checked", 1}, {"in_sync", 1}});
}

TEST_P(UserReconciler, KeepsAndReplacesWhatTheDatabaseHasLost) {
  const auto before = score("anna", 1);
  const auto lost = score_ahead_of_database(before, 5);
  expect_counts(compare().counts, {{"checked", 1}, {"healed", 1}});
  EXPECT_EQ(row("anna"), before) << "the database is trusted";
  expect_in_both("anna");
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].cached, lost);
  EXPECT_EQ(kept[0].base, before.score);
}

TEST_P(UserReconciler, AVersionThatIsNotOursIsReplacedAlthoughTheScoresAreEqual) {
  score_ahead_of_database(score("anna", 1), 0);
  expect_counts(compare().counts, {{"checked", 1}, {"healed", 1}});
  score("anna", 2);
  expect_in_both("anna");
}

TEST_P(UserReconciler, WhoIsBeingWrittenIsNotTakenForLost) {
  const auto before = score("anna", 1);
  auto ahead = before;
  ahead.version += 2;
  replace_in_cache(ahead);
  rows.before_find = [&](int earlier) {
    for (int i = 0; earlier == 1 && i < 2; ++i)
      score_without_cache("anna", 1);
  };
  expect_counts(compare().counts, {{"checked", 1}, {"changed", 1}});
  EXPECT_TRUE(kept.empty());
  EXPECT_EQ(view("anna").details.value(), ahead);
}

TEST_P(UserReconciler, CreatesWhomTheDatabaseDoesNotKnow) {
  const auto elsewhere = score_in_cache({"anna", {1, 2, 3, 4}, rows.starts().value().second, 0}, 0);
  expect_counts(compare_everyone().counts, {{"checked", 1}, {"created", 1}});
  EXPECT_EQ(row("anna").score, elsewhere.score);
  EXPECT_EQ(row("anna").updated_at, elsewhere.updated_at);
  expect_in_both("anna");
  next_run();
  expect_counts(compare_everyone().counts, {{"in_sync", 1}});
}

TEST_P(UserReconciler, RemovesADeletedUserFromTheCache) {
  const auto anna = score("anna", 1);
  rows.remove(std::vector<deletion>{{"anna", anna.version}}, "earlier")
      .value(); // the cache has not received it
  expect_counts(compare_everyone().counts, {{"checked", 1}, {"removed", 1}});
  expect_in_neither("anna");
  next_run();
  expect_counts(compare_everyone().counts, {{"checked", 0}});
}

TEST_P(UserReconciler, WhoWasVerifiedAndIsGoneIsACandidateAndStaysForNow) {
  const auto anna = score("anna", 1);
  const auto ben = score("ben", 1);
  score("cy", 1);
  lose_in_cache(anna);
  lose_in_cache(ben);
  run.verified_up_to = anna.version;
  const auto found = compare();
  expect_counts(found.counts, {{"checked", 3}, {"in_sync", 1}, {"candidates", 1}, {"healed", 1}});
  ASSERT_EQ(found.candidates.size(), 1U);
  EXPECT_EQ(found.candidates[0].user_id, "anna");
  EXPECT_EQ(found.candidates[0].version, anna.version);
  EXPECT_EQ(row("anna"), anna);
}

TEST_P(UserReconciler, ComparesAndTakesOverTheSelectedPeriodsAlone) {
  auto other = score("anna", 1);
  other.version = 0; // as another program writes it
  other.score = {6, 6, 6, 6};
  const std::vector<std::string> anna{"anna"};
  const auto seen = audit.view(anna, {}).value();
  audit.write_if_unchanged(std::vector{conditional_write{other, seen[0].token}}).value();
  run.selected = {false, true, false, false};
  expect_counts(compare().counts, {{"updated", 1}});
  EXPECT_EQ(row("anna").score, (scores{1, 6, 1, 1}));
}

TEST_P(UserReconciler, WhomTheCacheDoesNotTakeCountsAsUnverified) {
  const auto anna = score_without_cache("anna", 4);
  // a removal with a later version than the row's new one
  cache->remove("anna", anna.version + 1'000'000).value();
  const auto found = compare();
  expect_counts(found.counts, {{"checked", 1}});
  EXPECT_EQ(found.unverified, 1U);
  EXPECT_FALSE(view("anna").present());
}

TEST_P(UserReconciler, EvidenceFromBeforeARunSaysNothingOfWhatIsWrittenDuringIt) {
  const auto before = score("anna", 5);
  run.verified_up_to = before.version;
  auto foreign = score("anna", 1);
  foreign.score = {1, 1, 1, 1}; // by a program that found nothing in the cache
  foreign.version = 0;
  replace_in_cache(foreign);
  EXPECT_TRUE(reconciler.verify_changes(run, before.version));
  EXPECT_EQ(row("anna").score[0], 6);
  expect_in_both("anna");
}

TEST_P(UserReconciler, ComparesTheUsersItIsAskedAbout) {
  score("in sync", 1);
  score_without_cache("lost", 1);
  score_without_cache("not asked about", 1);
  const auto found = reconciler.compare(run, ids{"lost", "in sync", "nobody", "\n"}).value();
  expect_counts(found.counts, {{"checked", 4}, {"healed", 1}, {"quarantined", 1}, {"in_sync", 2}});
  expect_in_both("lost");
  EXPECT_FALSE(view("not asked about").present());
  expect_counts(reconciler.compare(run, ids{}).value().counts, {{"checked", 0}});
}

// -- many ----------------------------------------------------------------------------

TEST_P(UserReconciler, ComparesMoreThanAPageInRangesAndEachUserOnce) {
  constexpr std::size_t users = 2'300;
  std::vector<score_update> batch;
  for (std::size_t i = 0; i < users; ++i)
    batch.push_back({"user" + std::to_string(10'000 + i), 1, {}});
  std::vector<user_record> states;
  for (const auto& outcome : store->apply(batch).value())
    states.push_back(outcome.user);
  cache->apply(std::span{states}.first(users - 300)).value();
  const std::string middle = "user" + std::to_string(10'000 + 1'199);
  auto found = reconciler.compare(run, id_range{"", middle}).value();
  EXPECT_EQ(found.counts.checked, 1'200U);
  for (const auto members : found.on_board)
    EXPECT_EQ(members, 1'200U);
  merge(found, reconciler.compare(run, id_range{middle, std::nullopt}).value());
  merge(found, compare_cache_only_users()); // the database knows them all
  expect_counts(found.counts, {{"checked", users}, {"healed", 300}, {"in_sync", users - 300}});
  EXPECT_EQ(run.seen->size(), users);
}

// -- concurrent changes -------------------------------------------------------------------

TEST_P(UserReconciler, WhoScoresBeforeTheRowIsWrittenIsNotOverwritten) {
  const auto before = score("anna", 1);
  score_in_cache(before, 5);
  score_in_cache(score("ben", 1), 5);
  rows.before_write = [&] {
    score("anna", 2);
  };
  expect_counts(compare().counts, {{"updated", 1}, {"changed", 1}});
  EXPECT_EQ(row("anna").score[0], 3);
  EXPECT_EQ(row("ben").score[0], 6);
  expect_in_both("ben");
}

TEST_P(UserReconciler, WhoScoresBeforeTheCacheIsHealedIsNotOverwritten) {
  score("anna", 1);
  score_without_cache("anna", 1);
  score_without_cache("ben", 1);
  user_record latest;
  audit.before_write = [&] {
    latest = score("anna", 5);
  };
  expect_counts(compare().counts, {{"healed", 1}, {"changed", 1}});
  EXPECT_EQ(row("anna"), latest);
  expect_in_both("anna");
  expect_in_both("ben");
}

TEST_P(UserReconciler, WhoScoresAfterTheRowIsWrittenIsNotOverwrittenInTheCache) {
  auto before = score("anna", 1);
  const auto newer = score_in_cache(before, 5);
  user_record latest;
  audit.before_write = [&] {
    latest = score("anna", 5);
  };
  expect_counts(compare().counts, {{"updated", 1}});
  EXPECT_EQ(row("anna").score[0], newer.score[0] + 5);
  EXPECT_EQ(view("anna").details.value(), latest);
}

TEST_P(UserReconciler, WhoScoresBeforeTheyAreCreatedIsNotOverwritten) {
  score_in_cache({"anna", {9, 9, 9, 9}, rows.starts().value().second, 0}, 0);
  rows.before_write = [&] {
    score_without_cache("anna", 2);
  };
  expect_counts(compare_everyone().counts, {{"changed", 1}});
  EXPECT_EQ(row("anna").score[0], 2);
}

TEST_P(UserReconciler, WhoIsDeletedBeforeTheCacheIsHealedDoesNotReturn) {
  const auto anna = score_without_cache("anna", 1);
  audit.before_write = [&] {
    const auto removed = store->remove("anna", "admin").value().value();
    cache->remove("anna", removed).value();
  };
  expect_counts(compare().counts, {{"changed", 1}});
  expect_in_neither("anna");
}

TEST_P(UserReconciler, AResetBetweenLookAndWriteIsNotUndone) {
  const auto before = score("anna", 1);
  score_in_cache(before, 5);
  rows.before_write = [&] {
    store->reset(period::daily).value();
  };
  expect_counts(compare().counts, {{"updated", 1}});
  EXPECT_EQ(row("anna").score, (scores{0, 6, 6, 6}));
}

// -- dry runs ----------------------------------------------------------------------------

TEST_P(UserReconciler, ADryRunTellsTheSameAndChangesNothing) {
  score("in sync", 1);
  score_in_cache(score("newer", 1), 5);
  score("lost", 1);
  score_without_cache("lost", 1);
  score_in_cache({"stranger", {9, 9, 9, 9}, rows.starts().value().second, 0}, 0);
  const auto deleted = score("deleted", 1);
  rows.remove(std::vector<deletion>{{"deleted", deleted.version}}, "earlier").value();
  const auto gone = score("gone", 1);
  lose_in_cache(gone);
  run.verified_up_to = gone.version;

  const auto all = ids{"in sync", "newer", "lost", "stranger", "deleted", "gone"};
  const auto everyone = store->scan({}, 100).value();
  std::vector<std::string> tokens;
  for (const auto& id : all)
    tokens.push_back(view(id).token);

  const std::map<std::string, std::uint64_t> expected{
      {"checked", 6}, {"in_sync", 1}, {"updated", 1},   {"healed", 1},
      {"created", 1}, {"removed", 1}, {"candidates", 1}};
  run.dry_run = true;
  const auto dry = compare_everyone();
  expect_counts(dry.counts, expected);
  EXPECT_EQ(reconciler.remove(run, dry.candidates).value(), 1U);
  EXPECT_EQ(store->scan({}, 100).value(), everyone);
  for (std::size_t i = 0; i < all.size(); ++i)
    EXPECT_EQ(view(all[i]).token, tokens[i]) << all[i];

  run.dry_run = false;
  next_run();
  const auto real = compare_everyone();
  expect_counts(real.counts, expected);
  EXPECT_EQ(reconciler.remove(run, real.candidates).value(), 1U);
  for (const auto* id : {"in sync", "newer", "lost", "stranger"})
    expect_in_both(id);
  for (const auto* id : {"deleted", "gone"})
    expect_in_neither(id);
}

// -- rows that cannot be written --------------------------------------------------------------

TEST_P(UserReconciler, ARowThatCannotBeWrittenCostsNobodyElseAnything) {
  ids names;
  for (int i = 0; i < 20; ++i) {
    names.push_back("user" + std::to_string(i));
    score_in_cache(score(names.back(), 1), 5);
  }
  const auto before = row("user7");
  database->poison("user7");
  const auto found = compare();
  expect_counts(found.counts, {{"checked", 20}, {"updated", 19}, {"quarantined", 1}});
  ASSERT_EQ(found.quarantined.size(), 1U);
  EXPECT_EQ(found.quarantined[0].user_id, "user7");
  EXPECT_EQ(found.quarantined[0].run_id, "run-1");
  EXPECT_FALSE(found.quarantined[0].reason.empty());
  EXPECT_EQ(row("user7"), before);
  for (const auto& name : names) {
    if (name != "user7")
      expect_in_both(name);
  }

  next_run();
  expect_counts(compare().counts, {{"in_sync", 19}, {"quarantined", 1}});
  database->cure();
  next_run("run-3");
  expect_counts(compare().counts, {{"in_sync", 19}, {"updated", 1}});
  EXPECT_EQ(row("user7").score[0], 6);
  expect_in_both("user7");
}

TEST_P(UserReconciler, AStrangerWhoCannotBeWrittenIsTriedAgainToo) {
  database->poison("bad");
  for (const auto* id : {"bad", "good"})
    score_in_cache({id, {9, 9, 9, 9}, rows.starts().value().second, 0}, 0);
  expect_counts(compare_everyone().counts, {{"checked", 2}, {"created", 1}, {"quarantined", 1}});
  next_run();
  expect_counts(compare_everyone().counts, {{"checked", 2}, {"in_sync", 1}, {"quarantined", 1}});
}

// -- calls that fail --------------------------------------------------------------------------

TEST_P(UserReconciler, ARangeThatFailedIsComparedWholeTheNextTime) {
  score_without_cache("anna", 1);
  rows.failing_finds = 1;
  EXPECT_EQ(reconciler.compare(run, id_range{}).error().code, errc::store_unavailable);
  expect_counts(compare().counts, {{"checked", 1}, {"healed", 1}});
}

TEST_P(UserReconciler, APageOfStrangersThatFailedIsComparedWholeTheNextTime) {
  score("known", 1);
  compare();
  score_in_cache({"anna", {9, 9, 9, 9}, rows.starts().value().second, 0}, 0);
  rows.failing_finds = 1;
  EXPECT_EQ(reconciler.compare_cache_only_users(run, 0, {}).error().code, errc::store_unavailable);
  expect_counts(compare_cache_only_users().counts, {{"checked", 1}, {"created", 1}});
}

} // namespace
} // namespace standings
