#include "stores/sql/sql_text.hpp"
#include "tests/integration/api.hpp"
#include "tests/support/both_stores.hpp"
#include "tests/support/servers.hpp"
#include "tests/support/service_under_test.hpp"
#include "tests/support/temp_dir.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <sstream>

namespace standings::test {
namespace {

using lines = std::vector<std::string>;

std::string fixture(const std::string& name) {
  return read_file(std::string{STANDINGS_SOURCE_DIR} + "/tests/data/upgrade/" + name);
}

/// What the build of commit b470876 has left in a pair of stores, before this program has seen it.
class old_stores {
public:
  explicit old_stores(bool on_servers) {
    if (on_servers) {
      schema_.emplace();
      redis_.emplace();
      own_ = schema_->name() + "_own";
      execute(replaced(fixture("postgres.sql"), "public.", schema_->name() + "."));
      std::istringstream commands{fixture("redis.jsonl")};
      for (std::string line; std::getline(commands, line);)
        raw_redis{redis_->port()}.command(json::value_to<lines>(json::parse(line)));
    } else {
      execute(fixture("sqlite.sql"));
    }
    execute(on_servers ? "UPDATE score_requests SET created_at = now()"
                       : "UPDATE score_requests SET created_at = 1000000 * strftime('%s', 'now')");
  }
  old_stores(const old_stores&) = delete;
  old_stores& operator=(const old_stores&) = delete;
  ~old_stores() {
    if (schema_)
      execute("SET client_min_messages = error; DROP SCHEMA IF EXISTS " + own_ + " CASCADE");
  }

  [[nodiscard]] std::vector<std::string> settings() const {
    if (!schema_)
      return {"database.path=" + path_, "reconcile.enabled=false"};
    return {"database.backend=postgres",
            "database.url=" + schema_->url(),
            "database.schema=" + own_,
            "cache.backend=redis",
            "cache.port=" + std::to_string(redis_->port()),
            "reconcile.enabled=false"};
  }

  void execute(const std::string& text) {
    if (schema_)
      sql(schema_->url(), text);
    else
      SQLite::Database{path_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 5'000}.exec(text);
  }

  /// The rows as text, in order.
  [[nodiscard]] lines rows(const std::string& columns, const std::string& table) {
    const auto query = "SELECT " + columns + " FROM " + table + " ORDER BY 1, 2";
    lines out;
    if (schema_) {
      for (const auto& row : sql(schema_->url(), query)) {
        out.emplace_back();
        for (const auto& cell : row)
          out.back() += std::string{cell.is_null() ? "null" : cell.c_str()} + " | ";
      }
      return out;
    }
    SQLite::Database db{path_, SQLite::OPEN_READONLY, 5'000};
    for (SQLite::Statement query_rows{db, query}; query_rows.executeStep();) {
      out.emplace_back();
      for (int i = 0; i < query_rows.getColumnCount(); ++i)
        out.back() += query_rows.getColumn(i).getString() + " | ";
    }
    return out;
  }

  /// Where this program keeps a table that the old one had beside the leaderboard's.
  [[nodiscard]] std::string moved(const std::string& table) const {
    return schema_ ? own_ + "." + table : "standings_" + table;
  }

  /// All that a small installation has, by table; `where` gives each table's present name.
  template <class Where>
  std::map<std::string, lines> contents(const Where& where) {
    const std::string scores =
        "user_id, version, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo,"
        " updated_at";
    std::map<std::string, lines> out;
    const auto read = [&](const std::string& table, const std::string& name,
                          const std::string& columns) {
      out[table] = rows(columns, name);
    };
    read("pomo_leaderboard", "pomo_leaderboard", scores);
    read("score_requests", where("score_requests"), "request_key, count, created_at, " + scores);
    read("period_state", where("period_state"), "period, started_at");
    read("archive", where("pomo_leaderboard_deleted"),
         scores + ", run_id, deleted_at, deleted_version");
    read("sync_runs", where("sync_runs"), "run_id, started_at, status, report");
    read("sync_quarantine", where("sync_quarantine"), "user_id, reason");
    read("sync_state", where("sync_state"), "generation, run_id, verified_up_to, held, started");
    if (schema_)
      for (const auto& [table, columns] : {std::pair{"users", "external_id, name"},
                                           {"groups", "id, name"},
                                           {"sessions", "external_id, group_id"},
                                           {"messages", "id, content"}})
        read(table, table, columns);
    return out;
  }

  std::map<std::string, lines> before() {
    return contents([](const std::string& table) { return table; });
  }
  std::map<std::string, lines> after() {
    return contents([this](const std::string& table) { return moved(table); });
  }

  [[nodiscard]] bool has(const std::string& table) {
    try {
      static_cast<void>(rows("1, 2", table));
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }

  /// All users' details and boards in Redis; empty without it.
  [[nodiscard]] std::map<std::string, lines> cached() const {
    std::map<std::string, lines> out;
    if (!redis_)
      return out;
    const raw_redis cli{redis_->port()};
    for (const auto& key : cli.command({"KEYS", "user:details:*"}))
      out[key] = cli.command({"GET", key});
    for (const auto& name : board_names)
      out[name] = cli.command({"ZRANGE", "leaderboard:" + name, "0", "-1", "WITHSCORES"});
    return out;
  }

  [[nodiscard]] std::string url() const { return schema_->url(); }

private:
  const temp_dir dir_;
  const std::string path_ = dir_ / "old.db";
  std::optional<postgres_schema> schema_;
  std::optional<redis_server> redis_;
  std::string own_;
};

class Upgrade : public testing::TestWithParam<const char*> {
protected:
  [[nodiscard]] bool on_servers() const { return std::string{GetParam()} == "servers"; }

  /// What stays the same whenever a start has nothing to do.
  std::map<std::string, lines> settled() {
    auto out = stores.after();
    out["schema_migrations"] = stores.rows("name, applied_at", stores.moved("schema_migrations"));
    return out;
  }

  /// Each key of the fixture, sent once more with its own count and with another one.
  void expect_keys_known(http_client client) {
    for (const auto& row : stores.rows("request_key, user_id, count, version, yearly_pomo",
                                       stores.moved("score_requests"))) {
      const auto cells = split(row);
      const auto count = std::stoll(cells.at(2));
      const auto again = client.update(cells.at(1), count, cells.at(0));
      ASSERT_EQ(again.status, 200) << row;
      EXPECT_EQ(again.header("Idempotent-Replayed"), "true") << row;
      const auto data = again.json().at("data");
      EXPECT_EQ(std::to_string(number(data, "version")), cells.at(3)) << row;
      EXPECT_EQ(std::to_string(number(data, "yearly_pomo")), cells.at(4)) << row;
      EXPECT_EQ(client.update(cells.at(1), count + 1, cells.at(0)).status, 409) << row;
    }
  }

  static lines split(const std::string& row) {
    lines out;
    std::size_t from = 0;
    for (auto at = row.find(" | "); at != std::string::npos; at = row.find(" | ", from)) {
      out.push_back(row.substr(from, at - from));
      from = at + 3;
    }
    return out;
  }

  /// Starts this program without waiting for anything; it is killed when the object is destroyed.
  std::unique_ptr<process> launch() {
    std::vector<std::string> words{
        "serve", "--port", "0", "--data-dir", data_ / ".", "--set", "leaderboard.rollover=off"};
    for (const auto& setting : stores.settings())
      words.insert(words.end(), {"--set", setting});
    return std::make_unique<process>(STANDINGS_BINARY,
                                     process::options{words, data_ / "output", data_ / "log"});
  }

  [[nodiscard]] std::string log() const { return read_file(data_ / "log"); }

  old_stores stores{on_servers()};

private:
  const temp_dir data_;
};
INSTANTIATE_TEST_SUITE_P(From, Upgrade, testing::Values("embedded", "servers"),
                         [](const auto& with) { return std::string{with.param}; });

TEST_P(Upgrade, TakesOverWhatAnOlderBuildHasLeft) {
  const auto before = stores.before();
  const auto cached = stores.cached();
  ASSERT_EQ(before.at("pomo_leaderboard").size(), 9U);
  ASSERT_EQ(before.at("score_requests").size(), 10U);
  ASSERT_EQ(before.at("period_state").size(), 1U);
  ASSERT_EQ(before.at("archive").size(), 1U);
  service_under_test service{stores.settings()};
  EXPECT_EQ(stores.after(), before);
  EXPECT_EQ(stores.cached(), cached) << "a cache that is complete is not loaded anew";
  expect_keys_known(service.client());
  EXPECT_EQ(stores.after(), before) << "repeats count nothing";
  auto client = service.client();
  const auto board = whole_board(client, api_root + "/yearly");
  EXPECT_EQ(board.size(), 9U);
  EXPECT_EQ(board.at(0), (standing{"ann", 11}));
  EXPECT_EQ(number(client.get(user_path("idle")).json(), "daily_pomo"), 0) << "the reset holds";
  EXPECT_EQ(client.get(user_path("gone")).status, 404);
}

TEST_P(Upgrade, CountsOnWithVersionsAboveAllThatWereGiven) {
  std::int64_t highest = 0;
  for (const auto* table : {"pomo_leaderboard", "score_requests", "pomo_leaderboard_deleted"})
    for (const auto& row : stores.rows("version, user_id", table))
      highest = std::max<std::int64_t>(highest, std::stoll(row));
  for (const auto& row : stores.rows("deleted_version, user_id", "pomo_leaderboard_deleted"))
    highest = std::max<std::int64_t>(highest, std::stoll(row));
  service_under_test service{stores.settings()};
  auto client = service.client();
  const auto data = client.update("ann", 3).json().at("data");
  EXPECT_GT(number(data, "version"), highest);
  EXPECT_EQ(number(data, "yearly_pomo"), 14);
  EXPECT_EQ(number(data, "daily_pomo"), 7) << "since the reset";
  EXPECT_EQ(number(client.update("idle", 1).json().at("data"), "daily_pomo"), 1);
  EXPECT_EQ(client.put("/api/leaderboards/acme", "{}").status, 201);
  EXPECT_EQ(client.post("/api/leaderboards/acme/update", R"({"user_id":"ann"})").status, 200);
}

TEST_P(Upgrade, HappensOnce) {
  service_under_test service{stores.settings()};
  const auto left = settled();
  const auto cached = stores.cached();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(service.stop(SIGTERM), 0);
    service.start();
    EXPECT_EQ(settled(), left);
    EXPECT_EQ(stores.cached(), cached);
  }
}

TEST_P(Upgrade, ThatFailsLeavesEverythingForTheNextStart) {
  const auto before = stores.before();
  const auto obstacle = stores.moved("leaderboards");
  if (on_servers())
    stores.execute("CREATE SCHEMA " + obstacle.substr(0, obstacle.find('.')));
  stores.execute("CREATE TABLE " + obstacle + " (other text)");
  {
    const auto started = launch();
    EXPECT_TRUE(eventually([&] { return log().find("already exists") != std::string::npos; },
                           std::chrono::seconds{20}))
        << log();
  }
  EXPECT_EQ(stores.before(), before) << "all is where the older program finds it";
  EXPECT_FALSE(stores.has(stores.moved("schema_migrations")));
  stores.execute("DROP TABLE " + obstacle);
  service_under_test service{stores.settings()};
  EXPECT_EQ(stores.after(), before);
  expect_keys_known(service.client());
}

TEST_P(Upgrade, KeepsTheOlderProgramOut) {
  service_under_test service{stores.settings()};
  const auto left = settled();
  // what the older build does first with each connection
  const auto start = [&] {
    if (on_servers())
      stores.execute("BEGIN; CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY,"
                     " applied_at timestamptz NOT NULL); SELECT 1 FROM schema_migrations WHERE name"
                     " = '0001_leaderboard.sql'; INSERT INTO schema_migrations VALUES"
                     " ('0001_leaderboard.sql', clock_timestamp()); COMMIT");
    else
      EXPECT_TRUE(
          stores.rows("1, 2", "schema_migrations WHERE name = '0001_leaderboard.sql'").empty());
  };
  try {
    start();
    ADD_FAILURE() << "it was let in";
  } catch (const pqxx::sql_error& e) {
    EXPECT_EQ(e.sqlstate(), "MOVED");
    EXPECT_THAT(e.what(), testing::HasSubstr("a newer version of Standings has moved its tables"));
  } catch (const SQLite::Exception& e) {
    EXPECT_THAT(e.what(), testing::HasSubstr("no such column: name"));
  }
  EXPECT_EQ(settled(), left);
}

class UpgradeOfPostgres : public Upgrade {};
INSTANTIATE_TEST_SUITE_P(From, UpgradeOfPostgres, testing::Values("servers"),
                         [](const auto& with) { return std::string{with.param}; });

TEST_P(UpgradeOfPostgres, ThatIsKilledHalfwayIsResumed) {
  const auto before = stores.before();
  {
    pqxx::connection holder{stores.url()};
    pqxx::work holding{holder};
    holding.exec("LOCK TABLE pomo_leaderboard_deleted IN ACCESS SHARE MODE"); // the last that moves
    const auto started = launch();
    const auto waits = [&] {
      return !sql(stores.url(), "SELECT FROM pg_locks WHERE NOT granted AND relation ="
                                " 'pomo_leaderboard_deleted'::regclass")
                  .empty();
    };
    EXPECT_TRUE(eventually(waits, std::chrono::seconds{20})) << log();
    started->signal(SIGKILL);
    started->wait(std::chrono::seconds{20});
  }
  EXPECT_EQ(stores.before(), before);
  EXPECT_FALSE(stores.has(stores.moved("schema_migrations")));
  service_under_test service{stores.settings()};
  EXPECT_EQ(stores.after(), before);
  expect_keys_known(service.client());
}

class UpgradeOfSqlite : public Upgrade {};
INSTANTIATE_TEST_SUITE_P(From, UpgradeOfSqlite, testing::Values("embedded"),
                         [](const auto& with) { return std::string{with.param}; });

TEST_P(UpgradeOfSqlite, ThatIsKilledAtAnyMomentIsResumed) {
  stores.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
                 " INSERT INTO score_requests SELECT 'many-' || i, 'ann', 1, 1, 1, 1, 1, 1, 1,"
                 " 1000000 * strftime('%s', 'now') FROM n"); // so that the migration takes a while
  const auto before = stores.before();
  int unfinished = 0;
  for (int wait = 20; !stores.has(stores.moved("schema_migrations")); wait += 20) {
    const auto started = launch();
    std::this_thread::sleep_for(std::chrono::milliseconds{wait});
    started->signal(SIGKILL);
    started->wait(std::chrono::seconds{20});
    const bool moved = stores.has(stores.moved("schema_migrations"));
    unfinished += moved ? 0 : 1;
    EXPECT_EQ(moved ? stores.after() : stores.before(), before) << "killed after " << wait << " ms";
    ASSERT_LT(wait, 5'000);
  }
  EXPECT_GT(unfinished, 0);
  service_under_test service{stores.settings()};
  EXPECT_EQ(stores.after(), before);
}

} // namespace
} // namespace standings::test
