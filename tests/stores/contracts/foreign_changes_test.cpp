#include "sync/leaderboard/foreign_change_courier.hpp"
#include "tests/support/cache_store_suite.hpp"
#include "tests/support/score_store_suite.hpp"

#include <algorithm>

namespace standings {
namespace {

using test::score_store_suite;

class ForeignChanges : public score_store_suite {
protected:
  std::vector<std::string> pending() {
    std::vector<std::string> out;
    for (const auto& change : changes->pending(1'000).value())
      out.push_back(change.user_id);
    return out;
  }

  /// What the service's listener does.
  std::size_t carry() { return carry_foreign_changes(*changes, *store, *cache, 100).value(); }

  using ids = std::vector<std::string>;

  std::unique_ptr<foreign_changes> changes = harness->open_foreign_changes();
  rank_cache_ptr cache = make_memory_rank_cache();
};

TEST_P(ForeignChanges, AreWatchedByTriggers) {
  EXPECT_EQ(changes->mode(), "triggers");
  EXPECT_TRUE(harness->open_rows()->versions_foreign_writes().value());
}

TEST_P(ForeignChanges, TriggersThatWereDisabledAreNoneAndComeBackAtTheNextStart) {
  if (GetParam().name == std::string_view{"sqlite"})
    GTEST_SKIP() << "SQLite cannot disable triggers";
  harness->foreign("ALTER TABLE {table} DISABLE TRIGGER ALL");
  EXPECT_FALSE(harness->open_rows()->versions_foreign_writes().value());
  changes = harness->open_foreign_changes();
  EXPECT_EQ(changes->mode(), "triggers");
  EXPECT_TRUE(harness->open_rows()->versions_foreign_writes().value());
}

TEST_P(ForeignChanges, OurOwnWritesAreNone) {
  add("anna", 1);
  add("anna", 2, "key");
  put({{"ben", {1, 2, 3, 4}, now(), 0}});
  store->remove("anna", "admin").value();
  store->reset(period::daily).value();
  while (store->tidy(100).value() > 0) {
  }
  const auto rows = harness->open_rows();
  const auto ben = get("ben");
  rows->write(std::vector{row_change{{"ben", {9, 9, 9, 9}, now(), 0}, ben.version}}).value();
  rows->write(std::vector{row_change{{"carl", {9, 9, 9, 9}, now(), 0}, 0}}).value();
  rows->remove(std::vector{deletion{"carl", get("carl").version}}, "run").value();
  rows->restore("run", {}, 10).value();
  EXPECT_EQ(pending(), ids{});
}

TEST_P(ForeignChanges, AnUpdateGetsAVersionAndReachesTheCache) {
  const auto before = add("anna", 5).user;
  cache->apply(std::vector{before}).value();
  harness->foreign("UPDATE {table} SET yearly_pomo = 600 WHERE user_id = 'anna'");
  const auto after = get("anna");
  EXPECT_GT(after.version, before.version);
  EXPECT_EQ(after.score, (scores{5, 5, 5, 600}));
  EXPECT_EQ(pending(), ids{"anna"});
  EXPECT_EQ(carry(), 1U);
  EXPECT_EQ(cache->find("anna").value().value().user, after);
  EXPECT_EQ(carry(), 0U);
}

TEST_P(ForeignChanges, AModeratorMayLowerAScore) {
  cache->apply(std::vector{add("cheat", 500).user}).value();
  harness->foreign("UPDATE {table} SET daily_pomo = 0, weekly_pomo = 0, monthly_pomo = 0,"
                   " yearly_pomo = 0 WHERE user_id = 'cheat'");
  carry();
  EXPECT_EQ(cache->find("cheat").value().value().user.score, scores{});
}

TEST_P(ForeignChanges, ANewRowGetsAVersion) {
  const auto last = add("anna", 1).user.version;
  harness->foreign("INSERT INTO {table} (user_id, daily_pomo, weekly_pomo, monthly_pomo,"
                   " yearly_pomo, updated_at)"
                   " SELECT 'ben', 1, 2, 3, 4, updated_at FROM {table} WHERE user_id = 'anna'");
  EXPECT_GT(get("ben").version, last);
  carry();
  EXPECT_EQ(cache->find("ben").value().value().user.score, (scores{1, 2, 3, 4}));
}

TEST_P(ForeignChanges, ADeletedRowIsArchivedAndLeavesTheCache) {
  const auto anna = add("anna", 5).user;
  cache->apply(std::vector{anna}).value();
  harness->foreign("DELETE FROM {table} WHERE user_id = 'anna'");
  const auto archive = harness->archive();
  ASSERT_EQ(archive.size(), 1U);
  EXPECT_EQ(archive[0].user, anna);
  EXPECT_EQ(archive[0].run_id, "sql");
  EXPECT_GT(archive[0].deleted_version, anna.version);
  carry();
  EXPECT_FALSE(cache->find("anna").value());
}

TEST_P(ForeignChanges, ARenamedUserIsTheEndOfOneAndTheBeginOfAnother) {
  cache->apply(std::vector{add("anna", 5).user}).value();
  harness->foreign("UPDATE {table} SET user_id = 'anne' WHERE user_id = 'anna'");
  auto changed = pending();
  std::sort(changed.begin(), changed.end());
  EXPECT_EQ(changed, (ids{"anna", "anne"}));
  carry();
  EXPECT_FALSE(cache->find("anna").value());
  EXPECT_EQ(cache->find("anne").value().value().user.score[0], 5);
}

TEST_P(ForeignChanges, AStatementForEverybodyReachesEverybody) {
  for (int i = 0; i < 30; ++i)
    add("user" + std::to_string(i), 10);
  harness->foreign("UPDATE {table} SET yearly_pomo = yearly_pomo * 2");
  EXPECT_EQ(pending().size(), 30U);
  while (carry() > 0) {
  }
  for (const auto& user : everyone())
    EXPECT_EQ(cache->find(user.user_id).value().value().user, user);
}

TEST_P(ForeignChanges, AChangeOfOtherColumnsAloneIsNone) {
  const auto before = add("anna", 1).user;
  harness->foreign("UPDATE {table} SET daily_pomo = daily_pomo WHERE user_id = 'anna'");
  EXPECT_EQ(get("anna"), before);
  EXPECT_EQ(pending(), ids{});
}

TEST_P(ForeignChanges, AnExpiredScoreThatNobodyTouchedDoesNotComeBack) {
  add("anna", 7);
  store->reset(period::daily).value();
  harness->foreign("UPDATE {table} SET yearly_pomo = 100 WHERE user_id = 'anna'");
  EXPECT_EQ(get("anna").score, (scores{0, 7, 7, 100}));
}

TEST_P(ForeignChanges, AScoreThatWasWrittenAfterItsPeriodEndedCounts) {
  add("anna", 7);
  store->reset(period::daily).value();
  harness->foreign("UPDATE {table} SET daily_pomo = 3 WHERE user_id = 'anna'");
  EXPECT_EQ(get("anna").score, (scores{3, 7, 7, 7}));
}

TEST_P(ForeignChanges, AUserChangedAgainWhileBeingCarriedStaysPending) {
  add("anna", 1);
  harness->foreign("UPDATE {table} SET daily_pomo = 2 WHERE user_id = 'anna'");
  const auto seen = changes->pending(10).value();
  harness->foreign("UPDATE {table} SET daily_pomo = 3 WHERE user_id = 'anna'");
  changes->settle(seen).value();
  EXPECT_EQ(pending(), ids{"anna"});
}

TEST_P(ForeignChanges, AreRememberedWhileNobodyListens) {
  add("anna", 1);
  changes.reset();
  harness->foreign("UPDATE {table} SET daily_pomo = 2 WHERE user_id = 'anna'");
  changes = harness->open_foreign_changes();
  EXPECT_EQ(pending(), ids{"anna"});
}

TEST_P(ForeignChanges, ARowThatIsRestoredWithItsOldVersionGetsANewOne) {
  add("anna", 5);
  harness->dump();
  const auto last = add("anna", 7).user.version;
  harness->foreign("INSERT INTO {table} SELECT * FROM dumped WHERE true ON CONFLICT (user_id) DO"
                   " UPDATE SET daily_pomo = excluded.daily_pomo, version = excluded.version");
  EXPECT_GT(get("anna").version, last);
  EXPECT_EQ(get("anna").score[0], 5);
  EXPECT_EQ(pending(), ids{"anna"});
}

TEST_P(ForeignChanges, AVersionThatIsLoweredAloneIsAChange) {
  add("anna", 5);
  const auto before = add("anna", 7).user;
  harness->foreign("UPDATE {table} SET version = 1");
  EXPECT_GT(get("anna").version, before.version);
  EXPECT_EQ(get("anna").score[0], 12);
  EXPECT_EQ(get("anna").updated_at, before.updated_at) << "nobody has scored";
  EXPECT_EQ(pending(), ids{"anna"});
}

TEST_P(ForeignChanges, ARowThatIsDeletedAndRestoredWithItsOldVersionGetsANewOne) {
  add("anna", 5);
  harness->dump();
  const auto last = add("anna", 7).user.version;
  harness->foreign("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM dumped");
  EXPECT_GT(get("anna").version, last);
  cache->apply(std::vector{user_record{"anna", {12, 12, 12, 12}, now(), last}}).value();
  carry();
  EXPECT_EQ(cache->find("anna").value().value().user.score[0], 5);
}

TEST_P(ForeignChanges, ARowThatIsReplacedWithItsOldVersionGetsANewOne) {
  if (GetParam().name != std::string_view{"sqlite"})
    GTEST_SKIP() << "PostgreSQL has no INSERT OR REPLACE";
  add("anna", 5);
  harness->dump();
  for (const std::string recursive : {"OFF", "ON"}) {
    const auto last = add("anna", 7).user.version;
    harness->foreign("PRAGMA recursive_triggers = " + recursive
                     + "; INSERT OR REPLACE INTO {table} SELECT * FROM dumped");
    EXPECT_GT(get("anna").version, last);
    EXPECT_EQ(get("anna").score[0], 5);
    EXPECT_EQ(pending(), ids{"anna"});
  }
}

TEST_P(ForeignChanges, AChangeOnAConnectionWithRecursiveTriggersIsOneChange) {
  if (GetParam().name != std::string_view{"sqlite"})
    GTEST_SKIP() << "the pragma is SQLite's";
  const auto before = add("anna", 5).user.version;
  harness->foreign("PRAGMA recursive_triggers = ON; UPDATE {table} SET daily_pomo = 2");
  EXPECT_EQ(get("anna").version, before + 2);
  EXPECT_EQ(get("anna").score[0], 2);
}

TEST_P(ForeignChanges, TriggersThatVanishAreMissedAndMadeAgain) {
  EXPECT_TRUE(changes->wait(std::chrono::milliseconds{1}));
  changes = harness->open_foreign_changes();
  harness->drop_triggers();
  const auto waited = changes->wait(std::chrono::milliseconds{1});
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().code, errc::store_unavailable);
  changes = harness->open_foreign_changes();
  EXPECT_TRUE(changes->wait(std::chrono::milliseconds{1}));
  EXPECT_TRUE(harness->open_rows()->versions_foreign_writes().value());
}

TEST_P(ForeignChanges, OurUpdatesGoOnOnTopOfThem) {
  add("anna", 5);
  harness->foreign("UPDATE {table} SET daily_pomo = 100 WHERE user_id = 'anna'");
  const auto foreign = get("anna");
  const auto ours = add("anna", 1).user;
  EXPECT_EQ(ours.score[0], 101);
  EXPECT_GT(ours.version, foreign.version);
}

STANDINGS_OVER_SCORE_STORES(ForeignChanges);

} // namespace
} // namespace standings
