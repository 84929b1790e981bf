#include "stores/sqlite/score_store.hpp"
#include "tests/support/sqlite_store_harness.hpp"
#include "tests/support/store_records.hpp"
#include "tests/support/until_unlocked.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

namespace standings {
namespace {

using test::sqlite_store_harness;

std::string pragma(SQLite::Database& db, const std::string& name) {
  return db.execAndGet("PRAGMA " + name).getString();
}

TEST(SqliteConnection, WritesAheadAndFullySynchronously) {
  const test::temp_dir dir;
  const auto db = open_sqlite(dir / "new.db");
  EXPECT_EQ(pragma(*db, "journal_mode"), "wal");
  EXPECT_EQ(pragma(*db, "synchronous"), "2"); // FULL
  EXPECT_EQ(pragma(*db, "busy_timeout"), std::to_string(sqlite_busy_timeout_ms));
}

TEST(SqliteConnection, TurnsAnOldFileToWriteAhead) {
  const test::temp_dir dir;
  const auto path = dir / "old.db";
  SQLite::Database{path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE}.exec("CREATE TABLE t (a)");
  ASSERT_TRUE(open_sqlite_store({.path = path}));
  SQLite::Database plain{path};
  EXPECT_EQ(pragma(plain, "journal_mode"), "wal");
}

errc opening(const std::string& path) {
  const auto opened = open_sqlite_store({.path = path});
  return opened ? errc::none : opened.error().code;
}

TEST(SqliteStore, IsUnavailableWhereTheFileIsNoDatabase) {
  const test::temp_dir dir;
  const auto path = dir / "text.db";
  const std::string text(8'192, 'x');
  std::ofstream{path} << text;
  EXPECT_EQ(opening(path), errc::store_unavailable);
  std::ifstream in{path};
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>{in}, {}), text); // and is left alone
}

TEST(SqliteStore, IsUnavailableWhereNoFileCanBe) {
  const test::temp_dir dir;
  EXPECT_EQ(opening(dir.path().string()), errc::store_unavailable);
  EXPECT_EQ(opening(dir / "missing/new.db"), errc::store_unavailable);
}

TEST(SqliteStore, OpensAnEmptyFile) {
  const test::temp_dir dir;
  std::ofstream{dir / "empty.db"}.flush();
  EXPECT_EQ(opening(dir / "empty.db"), errc::none);
}

TEST(SqliteStore, RefusesWritesWhileAnotherProgramHoldsTheLockAndStillReads) {
  sqlite_store_harness harness;
  const auto store = harness.open();
  const std::vector<score_update> one{{"anna", 1, "k"}};
  ASSERT_TRUE(store->apply(one));
  const auto before = store->find("anna").value();

  const auto other = harness.raw();
  other->exec("BEGIN IMMEDIATE");
  EXPECT_EQ(store->find("anna").value(), before);
  const std::vector<score_update> next{{"anna", 1, "l"}};
  const auto refused = store->apply(next); // waits for the time-out
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::overloaded);
  other->exec("ROLLBACK");

  EXPECT_EQ(store->find("anna").value(), before); // nothing was changed
  EXPECT_EQ(store->apply(next).value()[0].user.score[0], 2);
}

TEST(SqliteStore, IsUnavailableWhereItsTablesAreGone) {
  sqlite_store_harness harness;
  const auto store = harness.open();
  harness.raw()->exec("DROP TABLE pomo_leaderboard");
  const std::vector<score_update> one{{"anna", 1, {}}};
  EXPECT_EQ(store->apply(one).error().code, errc::store_unavailable);
  EXPECT_EQ(store->find("anna").error().code, errc::store_unavailable);
  EXPECT_EQ(store->top(period::daily, 0, 1).error().code, errc::store_unavailable);
  EXPECT_EQ(store->count().error().code, errc::store_unavailable);
}

TEST(SqliteStore, UsesTheConfiguredTable) {
  sqlite_store_harness harness;
  harness.options().table = "other_board";
  const auto store = harness.open();
  const std::vector<score_update> one{{"anna", 3, {}}};
  ASSERT_TRUE(store->apply(one));
  ASSERT_TRUE(store->remove("anna", "run").value());
  ASSERT_TRUE(store->apply(one));
  EXPECT_EQ(harness.stored_scores("anna"), (scores{3, 3, 3, 3}));
  EXPECT_EQ(harness.archive().size(), 1U);
  EXPECT_FALSE(harness.raw()->tableExists("pomo_leaderboard"));
}

TEST(SqliteStore, CanBeOpenedForTheFirstTimeByManyThreadsAtOnce) {
  for (int round = 0; round < 10; ++round) {
    sqlite_store_harness harness;
    std::array<std::string, 8> failures;
    {
      std::vector<std::jthread> running;
      for (auto& failed : failures)
        running.emplace_back([&harness, &failed] {
          const auto opened = open_sqlite_store(harness.options());
          failed = opened ? "" : opened.error().detail;
        });
    }
    for (const auto& failed : failures)
      EXPECT_EQ(failed, "");
  }
}

/// Runs in a process of its own, which reports the result in its exit status.
bool opens_and_writes(const sqlite_options& options, int rounds) {
  auto opened = open_sqlite_store(options);
  if (!opened)
    return false;
  for (int i = 0; i < rounds; ++i)
    if (test::apply_until_unlocked(**opened, {{"anna", 1, {}}})[0].code != errc::none)
      return false;
  return true;
}

TEST(SqliteStore, CanBeOpenedAndWrittenBySeveralProcessesAtOnce) {
  sqlite_store_harness harness;
  constexpr int processes = 4;
  constexpr int rounds = 20;
  std::array<pid_t, processes> children{};
  for (auto& child : children) {
    child = fork();
    ASSERT_GE(child, 0);
    if (child == 0)
      _exit(opens_and_writes(harness.options(), rounds) ? 0 : 1);
  }
  for (const auto child : children) {
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(harness.open()->find("anna").value()->score[0], processes * rounds);
}

} // namespace
} // namespace standings
