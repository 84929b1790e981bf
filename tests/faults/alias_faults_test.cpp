#include "tests/integration/api.hpp"
#include "tests/support/alias_file.hpp"
#include "tests/support/raw_redis.hpp"
#include "tests/support/servers.hpp"
#include "tests/support/service_under_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <functional>

namespace standings::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr int names = 50;

/// The service with cycles every 100 ms, its source, and its Redis.
class AliasFault : public testing::Test {
protected:
  void SetUp() override {
    for (int i = 0; i < names; ++i)
      for (const auto type : all_alias_types)
        file.add(type, i, to_string(type) + " " + std::to_string(i));
    expect_mirrored();
  }

  [[nodiscard]] std::size_t keys(const std::string& type) const {
    return raw_redis{redis.port()}.command({"KEYS", "alias:" + type + ":*"}).size();
  }

  [[nodiscard]] json::value status() { return service.client().get("/api/aliases/status").json(); }

  [[nodiscard]] std::int64_t cycles() { return number(status(), "cycles"); }

  /// Waits until `n` more cycles have ended.
  void pass_cycles(int n) {
    const auto until = cycles() + n;
    ASSERT_TRUE(eventually([&] { return cycles() >= until; }, seconds{20}));
  }

  /// The errors of the latest cycle, including the tables'.
  [[nodiscard]] std::string wrong() {
    const auto last = status().at("last_cycle");
    std::string out = json::serialize(last.at("error"));
    for (const auto& table : last.at("tables").as_array())
      out += " " + json::serialize(table.at("error"));
    return out;
  }

  /// Expects Redis to hold what the source has, within a while.
  void expect_mirrored() {
    std::string different;
    const auto same = [&] {
      try {
        different = difference();
      } catch (const std::exception& e) {
        different = e.what();
      }
      return different.empty();
    };
    EXPECT_TRUE(eventually(same, seconds{20})) << different << "\n" << wrong();
  }

  std::string difference() const {
    const raw_redis cli{redis.port()};
    std::size_t expected = 0;
    for (const auto type : all_alias_types)
      for (const auto& [alias, ids] : aliases_in(file.path(), type)) {
        ++expected;
        if (const auto value = cli.word({"GET", alias_key(type, alias)}); value != value_of(ids))
          return alias + " is " + value;
      }
    return cli.command({"KEYS", "alias:*"}).size() == expected ? "" : "other keys";
  }

  /// While `fault` lasts, nothing is deleted, the cycles report it, and look-ups continue.
  void expect_held(const std::string& reason) {
    pass_cycles(3);
    EXPECT_THAT(wrong(), HasSubstr(reason));
    for (const auto type : all_alias_types)
      EXPECT_GE(keys(to_string(type)), static_cast<std::size_t>(names)) << to_string(type);
    EXPECT_EQ(service.client().get("/api/aliases/team/team%207").status, 200);
    EXPECT_EQ(service.client().get("/readyz").status, 200);
  }

  temp_dir dir;
  redis_server redis;
  alias_file file{dir / "sports.db", "DELETE"};
  service_under_test service{{"cache.backend=redis", "cache.port=" + std::to_string(redis.port()),
                              "aliases.source=" + file.path(), "aliases.interval=100ms"}};
};

TEST_F(AliasFault, AMissingFileDeletesNothing) {
  std::filesystem::rename(file.path(), dir / "away.db");
  expect_held("does not exist");
  std::filesystem::rename(dir / "away.db", file.path());
  file.add(alias_type::team, 1, "after");
  expect_mirrored();
}

TEST_F(AliasFault, AFileThatIsReplacedIsFollowed) {
  for (int round = 0; round < 5; ++round) {
    const alias_file other{dir / "other.db", "DELETE"};
    for (const auto type : all_alias_types)
      other.add(type, round, "round " + std::to_string(round));
    std::filesystem::rename(other.path(), file.path());
    expect_mirrored();
  }
}

TEST_F(AliasFault, AFileThatIsLockedForLongDeletesNothing) {
  auto writer = file.open();
  writer.exec("BEGIN EXCLUSIVE; DELETE FROM team_aliases WHERE team_id > 3");
  expect_held("locked");
  writer.exec("COMMIT");
  expect_mirrored();
}

TEST_F(AliasFault, ACorruptFileDeletesNothing) {
  std::filesystem::copy_file(file.path(), dir / "good.db");
  std::fstream raw{file.path(), std::ios::in | std::ios::out | std::ios::binary};
  raw.seekp(4'096);
  const auto pages = static_cast<std::size_t>(std::filesystem::file_size(file.path())) / 4'096 - 1;
  raw.write(std::string(pages * 4'096, '\x5a').data(), static_cast<std::streamsize>(pages * 4'096));
  raw.close();
  expect_held("corrupt");
  std::filesystem::rename(dir / "good.db", file.path());
  expect_mirrored();
}

TEST_F(AliasFault, ADroppedTableLeavesTheOthersMirrored) {
  file.exec("DROP TABLE player_aliases");
  file.add(alias_type::market, 1, "meanwhile");
  expect_held("no table player_aliases");
  EXPECT_EQ(keys("market"), static_cast<std::size_t>(names) + 1);
}

TEST_F(AliasFault, AnEmptiedTableDeletesNothing) {
  file.exec("DELETE FROM team_aliases");
  file.add(alias_type::market, 1, "meanwhile");
  expect_held("reads empty");
  EXPECT_EQ(keys("market"), static_cast<std::size_t>(names) + 1);
  file.add(alias_type::team, 1, "again");
  expect_mirrored();
}

TEST_F(AliasFault, AFlushIsMadeGoodByTheNextCycle) {
  for (int round = 0; round < 3; ++round) {
    raw_redis{redis.port()}.command({"FLUSHALL"});
    expect_mirrored();
  }
}

TEST_F(AliasFault, RedisMayBeAwayForSeveralCycles) {
  redis.kill();
  pass_cycles(3);
  EXPECT_THAT(wrong(), HasSubstr("cache"));
  EXPECT_EQ(service.client().get("/api/aliases/team/team%207").problem_code(), "store_unavailable");
  file.add(alias_type::team, 1, "meanwhile");
  redis.start();
  expect_mirrored();
}

TEST_F(AliasFault, AKilledServiceCatchesUp) {
  service.kill();
  file.add(alias_type::team, 1, "meanwhile");
  file.exec("DELETE FROM market_aliases WHERE market_id > 40");
  service.start();
  expect_mirrored();
}

TEST_F(AliasFault, AStopDuringALongCycleIsQuick) {
  file.exec("INSERT INTO team_aliases (team_id, alias) WITH RECURSIVE n(i) AS (SELECT 1 UNION"
            " ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT i, 'name ' || i FROM n");
  ASSERT_TRUE(eventually([&] { return status().at("syncing").as_bool(); }, seconds{10}));
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(service.stop(SIGTERM), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds{5});
}

} // namespace
} // namespace standings::test
