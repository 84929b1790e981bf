#include "tests/support/alias_sync_suite.hpp"

#include <gmock/gmock.h>

#include <random>

namespace standings::test {
namespace {

using report = alias_table_report;

class AliasSync : public alias_sync_suite {};
STANDINGS_OVER_ALIAS_CACHES(AliasSync);

TEST_P(AliasSync, BringsInsertsUpdatesAndDeletesToTheCache) {
  file.add(alias_type::team, 1, "rmcf");
  auto cycle = run_well();
  EXPECT_EQ(cycle.reason, alias_cycle_reason::first);
  EXPECT_EQ(cycle.sum(&report::total), 1U);
  EXPECT_EQ(cycle.sum(&report::added), 1U);
  EXPECT_EQ(find(alias_type::team, "rmcf"), R"(["1"])");

  file.exec("UPDATE team_aliases SET team_id = 2");
  cycle = run_well();
  EXPECT_EQ(cycle.reason, alias_cycle_reason::source_changed);
  EXPECT_EQ(cycle.sum(&report::updated), 1U);
  EXPECT_EQ(find(alias_type::team, "rmcf"), R"(["2"])");

  file.add(alias_type::team, 1, "other");
  file.exec("DELETE FROM team_aliases WHERE alias = 'rmcf'");
  cycle = run_well();
  EXPECT_EQ(cycle.sum(&report::deleted), 1U);
  EXPECT_EQ(find(alias_type::team, "rmcf"), std::nullopt);
}

TEST_P(AliasSync, DoesNotReadAnUnchangedSource) {
  fill();
  run_well();
  const auto reads = faulty->reads;
  const auto cycle = run_well();
  EXPECT_EQ(cycle.reason, alias_cycle_reason::unchanged);
  EXPECT_TRUE(cycle.without_changes());
  EXPECT_EQ(cycle.sum(&report::total), 40U) << "still known";
  EXPECT_EQ(faulty->reads, reads);
}

TEST_P(AliasSync, ComparesEveryFifteenthCycleInAnyCase) {
  fill();
  run_well();
  cache->remove(alias_type::team, std::vector<std::string>{"team 3"}).value();
  for (int i = 1; i < 15; ++i)
    EXPECT_EQ(run_well().reason, alias_cycle_reason::unchanged) << i;
  const auto cycle = run_well();
  EXPECT_EQ(cycle.reason, alias_cycle_reason::periodic);
  EXPECT_EQ(cycle.sum(&report::added), 1U);
  expect_mirrored();
  EXPECT_EQ(run_well().reason, alias_cycle_reason::unchanged);
}

TEST_P(AliasSync, ComparesWhenItIsAskedTo) {
  fill();
  run_well();
  put(alias_type::team, {{"team 3", "[\"99\"]"}, {"stranger", "[\"1\"]"}});
  const auto cycle = run_well({.full = true});
  EXPECT_EQ(cycle.reason, alias_cycle_reason::requested);
  EXPECT_EQ(cycle.sum(&report::updated), 1U);
  EXPECT_EQ(cycle.sum(&report::deleted), 1U);
  expect_mirrored();
}

TEST_P(AliasSync, ComparesACacheThatMayHaveLostSomething) {
  fill();
  run_well();
  faulty->lost = "!";
  EXPECT_EQ(run_well().reason, alias_cycle_reason::cache_lost);
  EXPECT_EQ(run_well().reason, alias_cycle_reason::unchanged);
}

TEST_P(AliasSync, DoesNotTrustACacheThatWasLostDuringTheCycle) {
  fill();
  faulty->before_put = [&] {
    faulty->lost = "!";
  };
  run_well();
  EXPECT_EQ(run_well().reason, alias_cycle_reason::first);
}

TEST_P(AliasSync, FindsNothingToDoInACacheThatIsRight) {
  fill();
  run_well();
  restart();
  const auto cycle = run_well();
  EXPECT_EQ(cycle.reason, alias_cycle_reason::first);
  EXPECT_TRUE(cycle.without_changes());
  EXPECT_EQ(cycle.sum(&report::total), 40U);
}

TEST_P(AliasSync, FollowsAnyHistoryOfChanges) {
  std::mt19937 random{5};
  for (int round = 0; round < 25; ++round) {
    auto db = file.open();
    db.exec("BEGIN");
    for (int i = 0; i < 12; ++i) {
      const auto type = all_alias_types[random() % alias_type_count];
      const auto alias = "'name " + std::to_string(random() % 15) + "'";
      const auto id = std::to_string(random() % 4);
      const auto t = alias_file::table(type);
      const auto column = to_string(type) + "_id";
      switch (random() % 4) {
      case 0:
        db.exec("UPDATE " + t + " SET " + column + " = " + id + " WHERE alias = " + alias);
        break;
      case 1:
        db.exec("DELETE FROM " + t + " WHERE alias = " + alias + " AND " + column + " = " + id);
        break;
      default:
        db.exec("INSERT INTO " + t + " (" + column + ", alias) VALUES (" + id + ", " + alias + ")");
      }
    }
    for (const auto type : all_alias_types) // never suddenly empty
      db.exec("INSERT INTO " + alias_file::table(type) + " (" + to_string(type)
              + "_id, alias) VALUES (1, 'always')");
    db.exec("COMMIT");
    run_well();
    expect_mirrored();
  }
}

TEST_P(AliasSync, MirrorsTheRecordedDatabase) {
  std::filesystem::remove(file.path());
  std::filesystem::remove(file.path() + "-wal");
  std::filesystem::remove(file.path() + "-shm");
  load_recorded_aliases(file.path());
  const auto cycle = run_well();
  EXPECT_GT(table(cycle, alias_type::team).total, 800U);
  EXPECT_EQ(cycle.sum(&report::invalid), 0U);
  EXPECT_EQ(cycle.sum(&report::added), cycle.sum(&report::total));
  expect_mirrored();
  EXPECT_EQ(run_well().reason, alias_cycle_reason::unchanged);
  EXPECT_TRUE(run_well({.full = true}).without_changes());
}

// -- on Redis alone --------------------------------------------------------------------

TEST(AliasSyncOnRedis, MakesAFlushBetweenCyclesGood) {
  redis_server server;
  temp_dir dir;
  const alias_file file{dir / "sports.db"};
  for (int i = 0; i < 10; ++i)
    file.add(alias_type::team, i, std::to_string(i));
  redis_alias_options options;
  options.connection.port = server.port();
  alias_sync sync{
      make_sqlite_alias_source({.path = file.path()}), make_redis_alias_cache(options), {}};
  EXPECT_EQ(sync.run({}).sum(&report::added), 10U);
  const raw_redis cli{server.port()};
  cli.command({"FLUSHALL"});
  const auto cycle = sync.run({});
  EXPECT_EQ(cycle.reason, alias_cycle_reason::cache_lost);
  EXPECT_EQ(cycle.sum(&report::added), 10U);
  server.kill();
  EXPECT_FALSE(sync.run({}).succeeded());
  server.start();
  EXPECT_TRUE(eventually([&] { return sync.run({}).succeeded(); }, std::chrono::seconds{10}));
  EXPECT_EQ(cli.command({"KEYS", "alias:team:*"}).size(), 10U);
}

} // namespace
} // namespace standings::test
