#include "stores/alias_sync.hpp"
#include "stores/sqlite_alias_source.hpp"
#include "tests/support/alias_cache_suite.hpp"
#include "tests/support/alias_file.hpp"

#include <gmock/gmock.h>

#include <random>

namespace standings::test {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::IsEmpty;

using report = alias_table_report;

/// Passes everything on, and goes wrong where it is told to.
class faulty_cache final : public alias_cache {
public:
  explicit faulty_cache(alias_cache_ptr behind) : behind_(std::move(behind)) {}

  result<values> get(alias_type type, std::span<const alias_record> aliases) override {
    if (away)
      return fail(errc::store_unavailable, "away");
    ++reads;
    return behind_->get(type, aliases);
  }

  result<std::vector<alias_refusal>> put(alias_type type,
                                         std::span<const alias_record> aliases) override {
    before_put();
    if (away)
      return fail(errc::store_unavailable, "away");
    std::vector<alias_refusal> refused;
    std::vector<alias_record> taken;
    for (std::size_t i = 0; i < aliases.size(); ++i)
      if (aliases[i].alias == refuses)
        refused.push_back({i, "refused"});
      else
        taken.push_back(aliases[i]);
    behind_->put(type, taken).value();
    return refused;
  }

  result<std::uint64_t> remove(alias_type type, std::span<const std::string> aliases) override {
    return behind_->remove(type, aliases);
  }

  result<alias_page> scan(const std::string& cursor) override { return behind_->scan(cursor); }

  result<void> mark() override { return behind_->mark(); }

  result<std::string> sign() override {
    if (away || std::exchange(hiccup, false))
      return fail(errc::store_unavailable, "away");
    return behind_->sign().value() + lost;
  }

  result<std::optional<std::string>> find_query(const std::string& team,
                                                const std::string& player) override {
    return behind_->find_query(team, player);
  }

  result<void> put_query(const std::string& team, const std::string& player,
                         const std::string& text, std::chrono::milliseconds ttl) override {
    return behind_->put_query(team, player, text, ttl);
  }

  bool away = false;
  bool hiccup = false; ///< the next sign fails once
  std::string refuses; ///< the alias that is not taken
  std::string lost;    ///< makes another sign
  int reads = 0;
  std::function<void()> before_put = [] {
  };

private:
  alias_cache_ptr behind_;
};

class AliasSync : public alias_cache_suite {
protected:
  AliasSync() { restart(); }

  /// A new process has no memory of earlier cycles.
  void restart() {
    sqlite_alias_options from;
    from.path = file.path();
    from.busy_timeout = std::chrono::milliseconds{50};
    alias_sync_options options;
    options.batch = 3;
    options.cancelled = [this] {
      return cancelled;
    };
    sync = std::make_unique<alias_sync>(make_sqlite_alias_source(from), faulty, options);
  }

  alias_cycle run(run_alias_cycle how = {}) { return sync->run(how); }

  /// A cycle in which everything was well.
  alias_cycle run_well(run_alias_cycle how = {}) {
    auto cycle = run(how);
    EXPECT_TRUE(cycle.succeeded()) << cycle.error << cycle.tables[0].error << cycle.tables[1].error
                                   << cycle.tables[2].error << cycle.tables[3].error;
    return cycle;
  }

  const report& table(const alias_cycle& cycle, alias_type type) const {
    return cycle.tables.at(index_of(type));
  }

  alias_values expected(alias_type type) const {
    alias_values out;
    for (const auto& [alias, ids] : aliases_in(file.path(), type))
      out[alias] = value_of(ids);
    return out;
  }

  void expect_mirrored() {
    for (const auto type : all_alias_types)
      EXPECT_EQ(held(type), expected(type)) << to_string(type);
  }

  void fill() {
    for (int i = 0; i < 10; ++i)
      for (const auto type : all_alias_types)
        file.add(type, i, to_string(type) + " " + std::to_string(i));
  }

  bool cancelled = false;
  temp_dir dir;
  alias_file file{dir / "sports.db"};
  std::shared_ptr<faulty_cache> faulty = std::make_shared<faulty_cache>(cache);
  std::unique_ptr<alias_sync> sync;
};
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

// -- what goes wrong -----------------------------------------------------------------

TEST_P(AliasSync, DeletesNothingWhereTheFileIsMissing) {
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

TEST_P(AliasSync, LeavesOneTableThatIsMissingAndMirrorsTheOthers) {
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

TEST_P(AliasSync, DeletesNothingWhereATableIsSuddenlyEmpty) {
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

TEST_P(AliasSync, DeletesNothingWhereTheFileIsLocked) {
  file.exec("PRAGMA journal_mode = DELETE"); // in which a writer locks readers out
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

TEST_P(AliasSync, DeletesNothingOfATableWithACorruptPage) {
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

TEST_P(AliasSync, FollowsAFileThatIsReplaced) {
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

TEST_P(AliasSync, ReportsInvalidRowsAndMirrorsTheRest) {
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

TEST_P(AliasSync, ReportsAnAliasThatIsRefusedAndWritesTheRest) {
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

TEST_P(AliasSync, CatchesUpAfterCyclesWithoutACache) {
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

TEST_P(AliasSync, GetsOverAConnectionThatWasLostWhileIdle) {
  fill();
  faulty->hiccup = true;
  run_well();
}

TEST_P(AliasSync, EndsEarlyWhereItIsCancelledAndDeletesNothing) {
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

TEST_P(AliasSync, MirrorsTheRecordedDatabase) {
  std::filesystem::remove(file.path());
  std::filesystem::remove(file.path() + "-wal");
  std::filesystem::remove(file.path() + "-shm");
  if (!load_recorded_aliases(file.path()))
    GTEST_SKIP() << "sports_data.sql is not here";
  const auto cycle = run_well();
  EXPECT_GT(table(cycle, alias_type::team).total, 10'000U);
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
