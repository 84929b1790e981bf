#include "tests/support/sync_test.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

namespace standings::test {
namespace {

using std::chrono::seconds;

/// The service on PostgreSQL and Redis, with reconcile's default settings.
class DatabaseWentBack : public SyncTest {
protected:
  DatabaseWentBack() : SyncTest({}) {}

  void score_everybody(int rounds, std::int64_t count) {
    auto client = service->client();
    for (int round = 0; round < rounds; ++round)
      for (int i = 0; i < users; ++i)
        ASSERT_EQ(client.update(user(i), count).status, 200);
  }

  void dump() {
    sql(schema.url(), "CREATE TABLE dumped AS SELECT * FROM pomo_leaderboard;"
                      " CREATE TABLE dumped_at AS SELECT last_value FROM pomo_leaderboard_version");
  }

  /// Leaves the database as pg_restore does, which loads rows before it creates triggers.
  void restore() {
    sql(schema.url(), "BEGIN; SET LOCAL standings.own = on; DELETE FROM pomo_leaderboard;"
                      " INSERT INTO pomo_leaderboard SELECT * FROM dumped;"
                      " SELECT setval('pomo_leaderboard_version', last_value) FROM dumped_at;"
                      " COMMIT");
  }

  boost::json::array events() {
    return service->client().get(sync_root + "/events").json().at("events").as_array();
  }

  void expect_everybody_has(std::int64_t score) {
    expect_agreement();
    for (int i = 0; i < users; ++i)
      EXPECT_EQ(row(user(i)), score) << user(i);
  }

  static constexpr int users = 8;
};

TEST_F(DatabaseWentBack, WhatIsAcknowledgedAfterARestoreUnderTheRunningServiceStays) {
  score_everybody(1, 10);
  dump();
  score_everybody(5, 1);
  restore();
  score_everybody(1, 100);
  expect_everybody_has(110);
  run();
  expect_everybody_has(110);
}

TEST_F(DatabaseWentBack, WhatIsAcknowledgedAfterARestoreOfTheStoppedServiceStays) {
  score_everybody(1, 10);
  dump();
  score_everybody(5, 1);
  service->stop(SIGTERM);
  restore();
  service->start();
  score_everybody(1, 100);
  expect_everybody_has(110);
  run();
  expect_everybody_has(110);
  EXPECT_NE(service->log().find("The database went back"), std::string::npos);
}

TEST_F(DatabaseWentBack, WithoutAnyFurtherUpdateTheBoardFollowsTheDatabase) {
  score_everybody(1, 10);
  dump();
  score_everybody(5, 1);
  service->client().update("newcomer", 3);
  restore();
  expect_everybody_has(10);
  EXPECT_EQ(row("newcomer"), -1);
}

TEST_F(DatabaseWentBack, ASequenceThatStartsAgainLosesNothing) {
  score_everybody(5, 1);
  sql(schema.url(), "ALTER SEQUENCE pomo_leaderboard_version RESTART 1");
  score_everybody(2, 100);
  expect_everybody_has(205);
  run();
  expect_everybody_has(205);
}

TEST_F(DatabaseWentBack, RowsThatWentBackUnderASequenceThatDidNotAreNoticedByTheRun) {
  score_everybody(1, 10);
  dump();
  score_everybody(2, 1);
  sql(schema.url(), "BEGIN; SET LOCAL standings.own = on; DELETE FROM pomo_leaderboard;"
                    " INSERT INTO pomo_leaderboard SELECT * FROM dumped; COMMIT");
  run();
  expect_everybody_has(10);
}

TEST_F(DatabaseWentBack, AnEmptyDatabaseBehindAnOldCacheIsTrusted) {
  score_everybody(2, 10);
  service->stop(SIGTERM);
  sql(schema.url(), "BEGIN; SET LOCAL standings.own = on; DELETE FROM pomo_leaderboard;"
                    " ALTER SEQUENCE pomo_leaderboard_version RESTART 1; COMMIT");
  service->start();
  service->client().update(user(0), 1);
  run();
  expect_agreement();
  EXPECT_EQ(row(user(0)), 1);
  EXPECT_EQ(rows(), 1U);
  ASSERT_FALSE(events().empty());
  EXPECT_GE(events()[0].at("states_kept").to_number<int>(), users - 1);
}

TEST_F(DatabaseWentBack, AVersionThatIsNotOursWinsNothing) {
  score_everybody(1, 10);
  run();
  const auto key = "user:details:" + user(3);
  auto details = boost::json::parse(other().cli().word({"GET", key})).as_object();
  details["version"] = 9'000'000'000'000;
  details["yearly_pomo"] = 1;
  other().cli().command({"SET", key, boost::json::serialize(details)});
  auto client = service->client();
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(client.update(user(3), 100).status, 200);
  expect_agreement();
  EXPECT_EQ(row(user(3)), 510);
  run();
  EXPECT_EQ(row(user(3)), 510);
  client.update(user(3), 1);
  expect_agreement();
}

TEST_F(DatabaseWentBack, AFailoverThatLostUpdatesIsMadeGoodByRecover) {
  score_everybody(1, 10);
  dump();
  score_everybody(4, 1);
  restore();
  score_everybody(1, 100);
  expect_everybody_has(110);
  const auto id = std::string{events().at(0).at("event_id").as_string()};
  auto client = service->client();
  const auto path = sync_root + "/events/" + id + "/recover";
  const auto shown = client.post(path, R"({"dry_run": true})");
  ASSERT_EQ(shown.status, 200) << shown.body;
  EXPECT_EQ(shown.json().at("users_recovered").to_number<int>(), users);
  expect_everybody_has(110);
  ASSERT_EQ(client.post(path).status, 200);
  expect_everybody_has(114);
  EXPECT_EQ(client.post(path).json().at("users_recovered").to_number<int>(), 0);
  expect_everybody_has(114);
}

TEST_F(DatabaseWentBack, AnUnknownEventIsNotFound) {
  auto client = service->client();
  EXPECT_EQ(client.post(sync_root + "/events/7b1c9c3e-0000-4000-8000-000000000001/recover").status,
            404);
  EXPECT_EQ(client.post(sync_root + "/events/x/recover").status, 404);
  EXPECT_EQ(
      client
          .post(sync_root + "/events/7b1c9c3e-0000-4000-8000-000000000001/recover", R"({"dry": 1})")
          .status,
      400);
}

TEST(DatabaseWentBackEmbedded, WhatIsAcknowledgedAfterARestoreInPlaceStays) {
  service_under_test service;
  auto client = service.client();
  for (int i = 0; i < 9; ++i)
    client.update("anna", 1);
  client.update("ben", 5);
  {
    SQLite::Database file{service.database(), SQLite::OPEN_READWRITE, 5'000};
    SQLite::Transaction restore{file};
    file.exec("UPDATE standings_store_clock SET version = 2, own = 1;"
              " UPDATE pomo_leaderboard SET yearly_pomo = 2, version = 2 WHERE user_id = 'anna';"
              " UPDATE standings_store_clock SET own = 0");
    restore.commit();
  }
  client.update("anna", 100);
  const auto yearly = [&](const std::string& id) {
    const auto answer = client.get("/api/redis-leaderboard/user/" + id);
    return answer.status == 200 ? answer.json().at("yearly_pomo").to_number<int>() : -1;
  };
  EXPECT_TRUE(eventually([&] { return yearly("anna") == 102 && yearly("ben") == 5; }, seconds{10}))
      << yearly("anna") << service.log();
}

TEST(FirstContactWithACache, TheHigherOfBothSidesCountsOnce) {
  postgres_schema schema;
  redis_server redis;
  const raw_redis cli{redis.port()};
  auto settings = production_settings(schema.url(), redis.port());
  {
    service_under_test filling{settings}; // creates the tables
  }
  cli.command({"FLUSHALL"});
  sql(schema.url(), "BEGIN; SET LOCAL standings.own = on; INSERT INTO pomo_leaderboard (user_id,"
                    " daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo)"
                    " VALUES ('a', 5, 5, 5, 5), ('b', 5, 5, 5, 5);"
                    " UPDATE "
                        + schema.name() + ".sync_state SET contacted = false, run_id = ''; COMMIT");
  for (const auto& board : board_names) {
    cli.command({"ZINCRBY", "leaderboard:" + board, "9", "a"});
    cli.command({"ZINCRBY", "leaderboard:" + board, "2", "b"});
    cli.command({"ZINCRBY", "leaderboard:" + board, "7", "c"});
  }
  service_under_test service{settings};
  expect_cache_equals_database(redis.port(), schema.url());
  EXPECT_EQ(counts_in_database(schema.url()), (counts{{"a", 9}, {"b", 5}, {"c", 7}}));
}

} // namespace
} // namespace standings::test
