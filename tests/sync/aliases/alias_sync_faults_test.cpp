#include "tests/support/alias_sync_suite.hpp"

#include <gmock/gmock.h>

namespace standings::test {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::IsEmpty;

using report = alias_table_report;

class AliasSyncFault : public alias_sync_suite {};
STANDINGS_OVER_ALIAS_CACHES(AliasSyncFault);

TEST_P(AliasSyncFault, DeletesNothingWhereTheFileIsMissing) {
  fill();
  run_well();
  const auto before = held(alias_type::team);
  std::filesystem::rename(file.path(), dir / "away.db");
  auto cycle = run({.full = true});
  EXPECT_TRUE(cycle.source_missing);
  EXPECT_THAT(cycle.error, HasSubstr("does not exist"));
  EXPECT_EQ(held(alias_type::team), before);
  std::filesystem::rename(dir / "away.db", file.path());
  run_well();
  expect_mirrored();
}

TEST_P(AliasSyncFault, LeavesOneTableThatIsMissingAndMirrorsTheOthers) {
  fill();
  run_well();
  file.exec("DROP TABLE team_aliases; DELETE FROM market_aliases WHERE market_id = 3");
  file.add(alias_type::league, 77, "new");
  const auto cycle = run();
  EXPECT_FALSE(cycle.succeeded());
  EXPECT_THAT(table(cycle, alias_type::team).error, HasSubstr("no table team_aliases"));
  EXPECT_EQ(held(alias_type::team).size(), 10U) << "nothing deleted";
  for (const auto type : {alias_type::player, alias_type::league, alias_type::market}) {
    EXPECT_EQ(table(cycle, type).error, "");
    EXPECT_EQ(held(type), expected(type));
  }
}

TEST_P(AliasSyncFault, DeletesNothingWhereATableIsSuddenlyEmpty) {
  fill();
  run_well();
  file.exec("DELETE FROM team_aliases; DELETE FROM player_aliases WHERE player_id > 4");
  for (int i = 0; i < 3; ++i) {
    const auto cycle = run();
    EXPECT_FALSE(cycle.succeeded());
    EXPECT_THAT(table(cycle, alias_type::team).error, HasSubstr("empty"));
    EXPECT_EQ(held(alias_type::team).size(), 10U);
    EXPECT_EQ(held(alias_type::player), expected(alias_type::player));
  }
  const auto released = run_well({.release = true});
  EXPECT_EQ(table(released, alias_type::team).deleted, 10U);
  EXPECT_THAT(held(alias_type::team), IsEmpty());
}

TEST_P(AliasSyncFault, DeletesNothingWhereTheFileIsLocked) {
  file.exec("PRAGMA journal_mode = DELETE"); // a mode in which a writer locks readers out
  fill();
  run_well();
  auto writer = file.open();
  writer.exec("BEGIN EXCLUSIVE; DELETE FROM team_aliases WHERE team_id < 5");
  for (int i = 0; i < 3; ++i) {
    const auto cycle = run({.full = true});
    EXPECT_FALSE(cycle.succeeded());
    EXPECT_THAT(cycle.error, AllOf(HasSubstr("locked"), HasSubstr("nothing was deleted")));
    EXPECT_EQ(held(alias_type::team).size(), 10U);
  }
  writer.exec("COMMIT");
  run_well();
  expect_mirrored();
}

TEST_P(AliasSyncFault, DeletesNothingOfATableWithACorruptPage) {
  fill();
  file.exec("INSERT INTO team_aliases (team_id, alias) WITH RECURSIVE n(i) AS (SELECT 1 UNION"
            " ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT i, 'name ' || i FROM n;"
            "PRAGMA wal_checkpoint(TRUNCATE)");
  run_well();
  const auto before = held(alias_type::team);
  std::filesystem::copy_file(file.path(), dir / "good.db");
  const auto size = std::filesystem::file_size(file.path());
  std::fstream raw{file.path(), std::ios::in | std::ios::out | std::ios::binary};
  raw.seekp(static_cast<std::streamoff>(size / 2 / 4096 * 4096));
  raw.write(std::string(4096, '\x5a').data(), 4096);
  raw.close();
  const auto cycle = run();
  EXPECT_THAT(table(cycle, alias_type::team).error, HasSubstr("corrupt"));
  EXPECT_EQ(table(cycle, alias_type::league).error, "");
  EXPECT_EQ(held(alias_type::team), before);
  std::filesystem::rename(dir / "good.db", file.path());
  run_well();
  expect_mirrored();
}

TEST_P(AliasSyncFault, FollowsAFileThatIsReplaced) {
  fill();
  run_well();
  const alias_file other{dir / "other.db", "DELETE"};
  for (const auto type : all_alias_types)
    other.add(type, 1, "only one");
  std::filesystem::rename(other.path(), file.path());
  const auto cycle = run_well();
  EXPECT_EQ(cycle.reason, alias_cycle_reason::source_changed);
  EXPECT_EQ(cycle.sum(&report::added), 4U);
  EXPECT_EQ(cycle.sum(&report::deleted), 40U);
}

TEST_P(AliasSyncFault, ReportsInvalidRowsAndMirrorsTheRest) {
  fill();
  file.add(alias_type::team, 50, "");
  file.add(alias_type::team, 51, "nul\0inside"s);
  file.add(alias_type::team, 52, "\xc3(");
  const auto cycle = run_well();
  EXPECT_EQ(table(cycle, alias_type::team).invalid, 3U);
  EXPECT_EQ(table(cycle, alias_type::team).total, 10U);
  EXPECT_EQ(table(cycle, alias_type::team).problems.size(), 3U);
  EXPECT_EQ(held(alias_type::team).size(), 10U);
}

TEST_P(AliasSyncFault, ReportsAnAliasThatIsRefusedAndWritesTheRest) {
  fill();
  faulty->refuses = "team 4";
  auto cycle = run_well();
  EXPECT_EQ(table(cycle, alias_type::team).failed, 1U);
  EXPECT_EQ(table(cycle, alias_type::team).added, 9U);
  EXPECT_THAT(table(cycle, alias_type::team).problems.at(0), HasSubstr("team 4"));
  EXPECT_EQ(held(alias_type::team).size(), 9U);
  faulty->refuses.clear();
  cycle = run_well();
  EXPECT_EQ(cycle.sum(&report::added), 1U) << "it is tried again";
  expect_mirrored();
}

TEST_P(AliasSyncFault, CatchesUpAfterCyclesWithoutACache) {
  fill();
  run_well();
  faulty->away = true;
  for (int i = 0; i < 3; ++i) {
    file.add(alias_type::team, 100 + i, "while away " + std::to_string(i));
    const auto cycle = run();
    EXPECT_EQ(cycle.error, "away");
  }
  faulty->away = false;
  EXPECT_EQ(run_well().sum(&report::added), 3U);
  expect_mirrored();
}

TEST_P(AliasSyncFault, GetsOverAConnectionThatWasLostWhileIdle) {
  fill();
  faulty->hiccup = true;
  run_well();
}

TEST_P(AliasSyncFault, TouchesNothingOfAnotherSource) {
  fill();
  run_well();
  const auto before = held(alias_type::team);
  const alias_file other{dir / "other.db"};
  other.add(alias_type::team, 1, "other's");
  sqlite_alias_options from;
  from.path = other.path();
  alias_sync second{make_sqlite_alias_source(from), faulty, {}};
  const auto refused = second.run({});
  EXPECT_THAT(refused.error, HasSubstr("another alias source is mirrored into this cache"));
  EXPECT_THAT(refused.error, HasSubstr("sports.db"));
  EXPECT_EQ(held(alias_type::team), before);
  EXPECT_TRUE(second.run({.release = true}).succeeded()) << "somebody said that it is meant";
  EXPECT_EQ(held(alias_type::team).size(), 1U);
  EXPECT_THAT(run().error, HasSubstr("other.db"));
}

TEST_P(AliasSyncFault, TakesOverFromASourceThatIsNotMirroredAnyMore) {
  fill();
  run_well();
  const alias_file other{dir / "other.db"};
  sqlite_alias_options from;
  from.path = other.path();
  alias_sync second{make_sqlite_alias_source(from), faulty, {}};
  EXPECT_FALSE(second.run({}).succeeded());
  harness->pass(std::chrono::minutes{16});
  EXPECT_THAT(second.run({}).error, IsEmpty());
}

TEST_P(AliasSyncFault, AViewWithoutEndIsAnErrorOfItsTableAlone) {
  fill();
  run_well();
  file.exec("DROP TABLE team_aliases; CREATE VIEW team_aliases AS WITH RECURSIVE x(n) AS"
            " (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT 1 AS team_id, 'a' AS alias FROM x"
            " WHERE n < 0");
  file.add(alias_type::market, 77, "new");
  sqlite_alias_options from;
  from.path = file.path();
  from.read_limit = std::chrono::milliseconds{100};
  alias_sync hurried{make_sqlite_alias_source(from), faulty, {}};
  const auto cycle = hurried.run({});
  EXPECT_THAT(cycle.error, IsEmpty());
  EXPECT_THAT(table(cycle, alias_type::team).error, HasSubstr("took longer than"));
  EXPECT_EQ(table(cycle, alias_type::market).added, 1U);
  EXPECT_EQ(held(alias_type::team).size(), 10U) << "nothing deleted";
}

TEST_P(AliasSyncFault, ACycleIsCancelledInTheMiddleOfAQuery) {
  fill();
  run_well();
  file.exec("DROP TABLE team_aliases; CREATE VIEW team_aliases AS WITH RECURSIVE x(n) AS"
            " (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT 1 AS team_id, 'a' AS alias FROM x"
            " WHERE n < 0");
  int asked = 0;
  sqlite_alias_options from;
  from.path = file.path();
  alias_sync_options options;
  options.cancelled = [&asked] {
    return ++asked > 10;
  };
  alias_sync stopped{make_sqlite_alias_source(from), faulty, options};
  EXPECT_EQ(stopped.run({}).error, "the cycle was stopped");
  EXPECT_EQ(held(alias_type::player).size(), 10U);
}

TEST_P(AliasSyncFault, EndsEarlyWhereItIsCancelledAndDeletesNothing) {
  fill();
  run_well();
  file.exec("DELETE FROM team_aliases WHERE team_id > 2");
  cancelled = true;
  EXPECT_EQ(run().error, "the cycle was stopped");
  EXPECT_EQ(held(alias_type::team).size(), 10U);
  cancelled = false;
  run_well();
  expect_mirrored();
}

} // namespace
} // namespace standings::test
