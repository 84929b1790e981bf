#include "core/base/embedded.hpp"
#include "stores/sql/row_time.hpp"
#include "stores/sqlite/score_store.hpp"
#include "tests/support/sqlite_store_harness.hpp"
#include "tests/support/store_records.hpp"

#include <gtest/gtest.h>

#include <set>

namespace standings {

std::span<const embedded_text> sqlite_migrations();

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

TEST_F(SqliteMigration, MakesALeaderboardTableThatSomebodyHasDroppedAgain) {
  harness.open();
  harness.raw()->exec("DROP TABLE pomo_leaderboard");
  const auto store = harness.open();
  EXPECT_EQ(store->apply(std::vector<score_update>{{"ann", 5, {}}}).value()[0].user.score[0], 5);
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

TEST_F(SqliteAdoption, TakesMissingScoresForZeroAndMissingTimesForNow) {
  row("anna", "NULL, 2, NULL, 4, NULL");
  row("ben", "1, 1, 1, 1, '0001-01-01 00:00:00'");
  harness.options().boundaries = calendar{};
  EXPECT_EQ(adopted("anna").score, (scores{0, 2, 0, 4}));
  EXPECT_EQ(adopted("ben").score, (scores{1, 1, 1, 1}));
  const auto outcome = harness.open()->apply(std::vector<score_update>{{"anna", 1, {}}}).value()[0];
  EXPECT_EQ(outcome.user.score, (scores{1, 3, 1, 5}));
}

TEST_F(SqliteAdoption, RefusesTimesThatItCannotRead) {
  row("anna", "1, 2, 3, 4, '2026-03-10 11:59:59'");
  row("ben", "1, 1, 1, 1, 'soon'");
  const auto refused = open_sqlite_store(harness.options());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().cause.find("updated_at"), std::string::npos);
  EXPECT_NE(refused.error().cause.find("soon"), std::string::npos);
  EXPECT_EQ(refused.error().detail.find("updated_at"), std::string::npos) << "not for callers";
  EXPECT_EQ(count("SELECT count(*) FROM pragma_table_info('pomo_leaderboard')"), 6);
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
  for (const std::string time : {"'2999-01-01 00:00:00'", "32472144000000000"}) {
    harness.raw()->exec("DROP TABLE pomo_leaderboard");
    SetUp();
    row("anna", "1, 2, 3, 4, " + time);
    harness.set_time(system_now());
    const auto store = harness.open();
    EXPECT_LT(store->periods().value().now, system_now() + std::chrono::hours{1});
    ASSERT_TRUE(store->reset(period::weekly));
    EXPECT_EQ(store->find("anna").value()->score, (scores{1, 0, 3, 4}));
  }
}

TEST_F(SqliteAdoption, TakesATableOverThatWasMadeAnewByTheApplication) {
  row("anna", "1, 2, 3, 4, '2026-03-10 11:59:59'");
  ASSERT_TRUE(harness.open());
  harness.raw()->exec("DROP TABLE pomo_leaderboard");
  SetUp();
  row("ben", "5, 6, 7, 8, 1773143999"); // in another format
  EXPECT_EQ(adopted("ben").score, (scores{5, 6, 7, 8}));
  EXPECT_EQ(to_iso8601(adopted("ben").updated_at), "2026-03-10T11:59:59.000000Z");
}

TEST_F(SqliteAdoption, FitsAnEmptyTable) {
  const auto store = harness.open();
  EXPECT_EQ(store->count().value(), 0U);
  EXPECT_TRUE(store->apply(std::vector<score_update>{{"anna", 1, {}}}));
}

/// The tables in the layout of earlier versions, with a row in each.
class SqliteOldNames : public SqliteMigration {
protected:
  void make_old_layout(const std::string& table) {
    const table_names old{table, "", table + "_deleted", ""};
    const auto db = harness.raw();
    db->exec("CREATE TABLE schema_migrations (name TEXT PRIMARY KEY NOT NULL,"
             " applied_at INTEGER NOT NULL)");
    for (const auto& m : sqlite_migrations()) {
      if (m.name.substr(0, 4) > "0003")
        continue;
      db->exec(with_names(with_row_time(m.content, {}), old));
      db->exec("INSERT INTO schema_migrations VALUES ('" + std::string{m.name} + "', 1)");
    }
    db->exec("INSERT INTO " + table
             + " VALUES ('ann', 5, 5, 5, 5, 1000, 7);"
               " UPDATE store_clock SET version = 7, at = 1000;"
               " INSERT INTO period_state VALUES ('daily', 500);"
               " INSERT INTO score_requests VALUES ('key', 'ann', 5, 5, 5, 5, 5, 1000, 7,"
               " 9000000000000000);"
               " INSERT INTO sync_runs VALUES ('run', 1, 'completed', '{}');"
               " INSERT INTO session_quarantine VALUES ('s', 'why', 1);"
               " INSERT INTO users (external_id, name) VALUES ('u', 'Ann');"
               " INSERT INTO "
             + table + "_deleted VALUES ('bob', 1, 1, 1, 1, 1, 1, 'run', 1, 2)");
  }

  void expect_moved(const std::string& table) {
    harness.options().table = table;
    make_old_layout(table);
    const auto store = harness.open();
    const auto names = names_of(harness.options());
    for (const std::string moved :
         {"period_state", "score_requests", "sync_runs", "store_clock", "sync_state"}) {
      EXPECT_EQ(count("SELECT count(*) FROM " + names.own + moved), 1) << moved;
      EXPECT_EQ(count("SELECT count(*) FROM sqlite_master WHERE name = '" + moved + "'"), 0);
    }
    EXPECT_EQ(count("SELECT count(*) FROM " + names.archive), 1);
    const auto again = store->apply(std::vector<score_update>{{"ann", 5, "key"}}).value()[0];
    EXPECT_EQ(again.user.score[0], 5) << "the key is remembered";
    EXPECT_EQ(again.user.version, 7);
    EXPECT_EQ(store->apply(std::vector<score_update>{{"ann", 1, {}}}).value()[0].user.version, 8);
  }
};

TEST_F(SqliteOldNames, GetOursWithAllTheyHold) {
  expect_moved("pomo_leaderboard");
}

TEST_F(SqliteOldNames, OfAnotherLeaderboardGetOursWithAllTheyHold) {
  expect_moved("chess");
}

TEST_F(SqliteOldNames, OfAnotherProgramStayAsTheyAre) {
  harness.raw()->exec("CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY);"
                      "INSERT INTO schema_migrations VALUES (3);"
                      "CREATE TABLE users (email TEXT)");
  EXPECT_TRUE(harness.open()->apply(std::vector<score_update>{{"ann", 1, {}}}));
  EXPECT_EQ(count("SELECT version FROM schema_migrations"), 3);
  EXPECT_EQ(count("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE"
                  " 'standings\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'"),
            3)
      << "that one, users and the leaderboard";
}

TEST_F(SqliteMigration, TwoLeaderboardsOfOneFileShareNothing) {
  const auto one = harness.open();
  harness.options().table = "chess";
  const auto other = harness.open();
  const std::vector<score_update> five{{"ann", 5, "key"}};
  const std::vector<score_update> three{{"ann", 3, "key"}};
  EXPECT_EQ(one->apply(five).value()[0].user.score[0], 5);
  EXPECT_EQ(other->apply(three).value()[0].user.score[0], 3);
  ASSERT_TRUE(other->reset(period::daily));
  EXPECT_EQ(one->find("ann").value()->score[0], 5);
  EXPECT_EQ(other->find("ann").value()->score[0], 0);
  ASSERT_TRUE(other->remove("ann", "run"));
  EXPECT_TRUE(one->scan_deletions({}, 10).value().empty());
}

} // namespace
} // namespace standings
