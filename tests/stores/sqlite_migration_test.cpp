#include "tests/support/sqlite_store_harness.hpp"
#include "tests/support/store_records.hpp"

#include <gtest/gtest.h>

#include <set>

namespace standings {
namespace {

using test::at;
using test::sqlite_store_harness;

class SqliteMigration : public testing::Test {
protected:
  int count(const std::string& query) { return harness.raw()->execAndGet(query).getInt(); }

  sqlite_store_harness harness;
};

TEST_F(SqliteMigration, IsAppliedOnceAndRecorded) {
  auto store = harness.open();
  ASSERT_TRUE(store->apply(std::vector<score_update>{{"anna", 5, "k"}}));
  const auto before = store->find("anna").value();
  const auto applied = count("SELECT count(*) FROM standings_schema_migrations");
  EXPECT_GE(applied, 1);
  for (int i = 0; i < 3; ++i)
    migrate_sqlite(*harness.raw(), sqlite_names("pomo_leaderboard"));
  EXPECT_EQ(count("SELECT count(*) FROM standings_schema_migrations"), applied);
  EXPECT_EQ(count("SELECT count(*) FROM standings_store_clock"), 1);
  EXPECT_EQ(store->find("anna").value(), before);
  EXPECT_EQ(harness.open()->find("anna").value(), before);
}

TEST_F(SqliteMigration, NeedsNoLockWhereThereIsNothingToDo) {
  ASSERT_TRUE(harness.open()->apply(std::vector<score_update>{{"anna", 5, {}}}));
  const auto other = harness.raw();
  other->exec("BEGIN IMMEDIATE");
  const auto store = open_sqlite_store(harness.options());
  ASSERT_TRUE(store);
  EXPECT_EQ((*store)->find("anna").value()->score[0], 5);
}

TEST_F(SqliteMigration, LeavesNothingBehindWhereItFails) {
  harness.raw()->exec("CREATE TABLE standings_store_clock (other INTEGER)"); // in the way
  EXPECT_FALSE(open_sqlite_store(harness.options()));
  EXPECT_EQ(count("SELECT count(*) FROM sqlite_master WHERE name = 'pomo_leaderboard'"), 0);
  harness.raw()->exec("DROP TABLE standings_store_clock");
  EXPECT_TRUE(open_sqlite_store(harness.options()));
}

/// A table as SQLAlchemy creates it for the application before this one.
class SqliteAdoption : public SqliteMigration {
protected:
  void SetUp() override {
    harness.raw()->exec("CREATE TABLE pomo_leaderboard ("
                        " user_id VARCHAR NOT NULL, daily_pomo INTEGER, weekly_pomo INTEGER,"
                        " monthly_pomo INTEGER, yearly_pomo INTEGER, updated_at DATETIME,"
                        " PRIMARY KEY (user_id))");
  }

  void row(const std::string& user_id, const std::string& values) {
    harness.raw()->exec("INSERT INTO pomo_leaderboard VALUES ('" + user_id + "', " + values + ")");
  }

  user_record adopted(const std::string& user_id) {
    return harness.open()->find(user_id).value().value();
  }
};

TEST_F(SqliteAdoption, KeepsScoresAndTextualTimes) {
  row("anna", "1, 2, 3, 4, '2026-03-10 11:59:59.250000'");
  EXPECT_EQ(adopted("anna").score, (scores{1, 2, 3, 4}));
  EXPECT_EQ(to_iso8601(adopted("anna").updated_at), "2026-03-10T11:59:59.250000Z");
}

TEST_F(SqliteAdoption, UnderstandsTheFormsOfTextualTimes) {
  row("seconds", "1, 1, 1, 1, '2026-03-10 11:59:59'");
  row("iso", "1, 1, 1, 1, '2026-03-10T11:59:59'");
  row("utc", "1, 1, 1, 1, '2026-03-10T11:59:59Z'");
  row("offset", "1, 1, 1, 1, '2026-03-10 12:59:59.000+01:00'");
  for (const auto* id : {"seconds", "iso", "utc", "offset"})
    EXPECT_EQ(to_iso8601(adopted(id).updated_at), "2026-03-10T11:59:59.000000Z") << id;
}

TEST_F(SqliteAdoption, TakesMissingScoresForZeroAndMissingTimesForLongAgo) {
  row("anna", "NULL, 2, NULL, 4, NULL");
  row("ben", "1, 1, 1, 1, 'soon'");
  EXPECT_EQ(adopted("anna").score, (scores{0, 2, 0, 4}));
  EXPECT_EQ(adopted("anna").updated_at, sys_time{});
  EXPECT_EQ(adopted("ben").updated_at, sys_time{});
  const auto outcome = harness.open()->apply(std::vector<score_update>{{"anna", 1, {}}}).value()[0];
  EXPECT_EQ(outcome.user.score, (scores{1, 3, 1, 5}));
}

TEST_F(SqliteAdoption, GivesEachRowItsVersion) {
  for (int i = 0; i < 20; ++i)
    row("user" + std::to_string(i), "1, 1, 1, 1, '2026-03-10 11:00:00'");
  std::set<std::int64_t> versions;
  const auto store = harness.open();
  for (const auto& user : store->scan({}, 100).value())
    versions.insert(user.version);
  EXPECT_EQ(versions.size(), 20U);
  EXPECT_GT(*versions.begin(), 0);
  const auto next = store->apply(std::vector<score_update>{{"new", 1, {}}}).value()[0].user.version;
  EXPECT_GT(next, *versions.rbegin());
}

TEST_F(SqliteAdoption, HappensOnce) {
  row("anna", "1, 2, 3, 4, '2026-03-10 11:59:59'");
  auto store = harness.open();
  ASSERT_TRUE(store->apply(std::vector<score_update>{{"anna", 1, {}}}));
  const auto before = store->find("anna").value();
  store = harness.open();
  EXPECT_EQ(store->find("anna").value(), before);
}

TEST_F(SqliteAdoption, LetsResetsReachAdoptedUsers) {
  row("anna", "1, 2, 3, 4, '2026-03-10 11:59:59.250000'");
  const auto store = harness.open();
  ASSERT_TRUE(store->reset(period::weekly));
  EXPECT_EQ(store->find("anna").value()->score, (scores{1, 0, 3, 4}));
}

TEST_F(SqliteAdoption, SetsNoClockAheadByARowOfTheFuture) {
  row("anna", "1, 2, 3, 4, '2999-01-01 00:00:00'");
  row("ben", "1, 2, 3, 4, 32472144000000000"); // the same in microseconds
  const auto store = harness.open();
  EXPECT_LT(store->periods().value().now, system_now() + std::chrono::hours{1});
  ASSERT_TRUE(store->reset(period::weekly));
  EXPECT_EQ(store->find("anna").value()->score, (scores{1, 0, 3, 4}));
  EXPECT_EQ(store->find("ben").value()->score, (scores{1, 0, 3, 4}));
}

TEST_F(SqliteAdoption, FitsAnEmptyTable) {
  const auto store = harness.open();
  EXPECT_EQ(store->count().value(), 0U);
  EXPECT_TRUE(store->apply(std::vector<score_update>{{"anna", 1, {}}}));
}

} // namespace
} // namespace standings
