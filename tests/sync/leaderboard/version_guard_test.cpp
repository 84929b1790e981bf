#include "sync/leaderboard/cache_rebuild.hpp"
#include "sync/leaderboard/version_guard.hpp"
#include "tests/support/user_reconciler_suite.hpp"

namespace standings {
namespace {

using test::user_reconciler_suite;

class VersionGuard : public user_reconciler_suite {
protected:
  /// What hydration does when the cache is incomplete.
  void rebuild_after_event() {
    const auto event = guard.find_open().value();
    ASSERT_TRUE(event);
    cache->begin_rebuild().value();
    cache_rebuild rebuild{*store, *cache,
                          std::make_unique<step_back_repair>(*store, *cache, audit, guard, *event)};
    std::string after;
    for (bool done = false; !done;) {
      const auto page = rebuild.load(after, 2);
      ASSERT_TRUE(page);
      after = page->last;
      done = page->done;
    }
    ASSERT_TRUE(rebuild.finish());
  }

  version_guard guard{
      [this] { return result<std::unique_ptr<history_store>>{database->open_history()}; }, cache};
};

TEST_P(VersionGuard, FindsNothingWhereNothingHappened) {
  score("anna", 1);
  store->remove("anna", "admin").value();
  score("ben", 1);
  for (const bool with_rows : {true, false, true}) {
    const auto found = guard.check(with_rows).value();
    EXPECT_FALSE(found.event_open);
    EXPECT_FALSE(found.opened);
  }
  EXPECT_TRUE(cache->complete());
}

TEST_P(VersionGuard, VersionsThatNoRowGotAreNoStepBack) {
  const auto last = score("anna", 1).version;
  database->set_sequence(last + 40); // as rolled-back transactions leave it
  EXPECT_FALSE(guard.check(false).value().opened);
  EXPECT_FALSE(guard.check(true).value().opened);
  EXPECT_TRUE(cache->complete());
}

TEST_P(VersionGuard, AnEventOfAnotherInstanceIsKnown) {
  for (int i = 0; i < 9; ++i)
    score("anna", 1);
  ASSERT_FALSE(guard.check().value().event_open);
  version_guard other{
      [this] { return result<std::unique_ptr<history_store>>{database->open_history()}; }, cache};
  database->set_sequence(1);
  ASSERT_TRUE(other.check().value().opened);
  EXPECT_FALSE(guard.check().value().opened);
  EXPECT_TRUE(guard.knows_open_event());
}

TEST_P(VersionGuard, ASequenceBehindTheCacheIsRaisedAndTheCacheDeclaredIncomplete) {
  for (int i = 0; i < 9; ++i)
    score("anna", 1);
  const auto before = row("anna");
  database->set_sequence(1);
  const auto found = guard.check().value();
  EXPECT_TRUE(found.event_open);
  ASSERT_TRUE(found.opened);
  EXPECT_FALSE(cache->verify().value());
  EXPECT_GT(score("anna", 100).version, before.version);
  EXPECT_EQ(row("anna").score[0], 109);
  EXPECT_FALSE(guard.check(true).value().opened) << "an event is opened once";
}

TEST_P(VersionGuard, ASequenceBehindItsOwnRowsIsRaisedAtTheFirstLook) {
  for (int i = 0; i < 9; ++i)
    score_without_cache("anna", 1); // the cache has none of these
  database->set_sequence(1);
  EXPECT_TRUE(guard.check().value().opened);
  EXPECT_GT(score("anna", 1).version, 9);
}

TEST_P(VersionGuard, WhatThisProcessWasGivenCountsWhereTheCacheHasNotSeenIt) {
  guard.check().value();
  guard.note(score_without_cache("anna", 1).version + 50);
  EXPECT_TRUE(guard.check().value().opened);
}

TEST_P(VersionGuard, TheCacheIsBroughtBackToTheDatabaseAndWhatItHadIsKept) {
  const auto restored = score("anna", 10);
  score("same", 1);
  score_ahead_of_database(restored, 4); // what a restore has removed from the row
  score_in_cache({"newcomer", {3, 3, 3, 3}, restored.updated_at, 0}, 0);
  const std::array newest{user_record{"last", {1, 1, 1, 1}, restored.updated_at, 5'000}};
  cache->apply(newest).value();
  ASSERT_TRUE(guard.check().value().opened);
  rebuild_after_event();
  EXPECT_TRUE(cache->verify().value());
  EXPECT_FALSE(guard.check().value().event_open);
  EXPECT_EQ(row("anna"), restored);
  expect_in_both("anna");
  expect_in_both("same");
  expect_in_neither("newcomer");
  expect_in_neither("last");
  const auto events = guard.events(10).value();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].states, 3U);

  const auto page = guard.recover(events[0].id, {}, 100, false).value().value();
  cache->apply(page.users).value();
  EXPECT_EQ(row("anna").score[0], 14);
  EXPECT_EQ(row("newcomer").score[0], 3);
  expect_in_both("anna");
  expect_in_both("newcomer");
}

TEST_P(VersionGuard, AnUpdateAfterTheEventIsNeverLostToIt) {
  const auto restored = score("anna", 10);
  score_ahead_of_database(restored, 400);
  const std::array newest{user_record{"last", {1, 1, 1, 1}, restored.updated_at, 5'000}};
  cache->apply(newest).value();
  ASSERT_TRUE(guard.check().value().opened);
  score("anna", 100);
  score("last", 7);
  rebuild_after_event();
  EXPECT_EQ(row("anna").score[0], 110);
  EXPECT_EQ(row("last").score[0], 7);
  expect_in_both("anna");
  expect_in_both("last");
  next_run();
  run.generation = cache->state().value().generation;
  expect_counts(compare_everyone().counts, {{"checked", 2}, {"in_sync", 2}});
}

TEST_P(VersionGuard, ADeletionThatTheDatabaseForgotDoesNotKeepTheUserOut) {
  const auto anna = score("anna", 10);
  const std::array gone{deletion{"anna", anna.version + 1'000}};
  cache->remove(gone).value(); // the restored dump is older than the deletion
  ASSERT_TRUE(guard.check().value().opened);
  rebuild_after_event();
  expect_in_both("anna");
}

TEST_P(VersionGuard, AnEventSurvivesTheProcessThatOpenedIt) {
  score("anna", 10);
  database->set_sequence(1);
  const std::array newest{user_record{"last", {1, 1, 1, 1}, row("anna").updated_at, 5'000}};
  cache->apply(newest).value();
  ASSERT_TRUE(guard.check().value().opened);
  cache->begin_rebuild().value();
  cache->finish_rebuild().value(); // by an instance that did not know of the event
  version_guard next{
      [this] { return result<std::unique_ptr<history_store>>{database->open_history()}; }, cache};
  const auto found = next.check().value();
  EXPECT_TRUE(found.event_open);
  EXPECT_FALSE(found.opened);
  EXPECT_FALSE(cache->verify().value());
}

INSTANTIATE_TEST_SUITE_P(Stores, VersionGuard, testing::ValuesIn(test::store_pairs()),
                         [](const auto& with) { return with.param.name; });

} // namespace
} // namespace standings
