#include "tests/support/sync_test.hpp"

#include <gmock/gmock.h>
#include <signal.h>

#include <atomic>
#include <thread>

namespace standings::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class SyncFault : public SyncTest {
protected:
  explicit SyncFault(std::vector<std::string> more = {"reconcile.enabled=false",
                                                      "reconcile.incremental=false"})
      : SyncTest(std::move(more)) {}

  void expect_nobody_lost(const counts& before) {
    EXPECT_EQ(counts_in_database(schema.url()), before);
  }
};

// -- a cache that lost something is never a reason to delete ---------------------------

TEST_F(SyncFault, AFlushBeforeARunCostsNobody) {
  fill(200);
  run();
  const auto before = counts_in_database(schema.url());
  other().cli().command({"FLUSHALL"});
  EXPECT_EQ(count_of(run(), "deleted"), 0);
  expect_nobody_lost(before);
  expect_agreement();
}

TEST_F(SyncFault, FlushesDuringRunsCostNobody) {
  fill(20'000);
  run();
  const auto before = counts_in_database(schema.url());
  std::atomic<bool> stop = false;
  std::thread flushing{[&] {
    while (!stop) {
      other().cli().command({"FLUSHALL"});
      std::this_thread::sleep_for(milliseconds{150});
    }
  }};
  auto client = service->client();
  for (int i = 0; i < 6; ++i) // a run may fail because the cache is never complete
    client.post(sync_root + "/sync", R"({"force": true})");
  stop = true;
  flushing.join();
  expect_nobody_lost(before);
  expect_agreement();
}

TEST_F(SyncFault, TheLossOfOneBoardCostsNobody) {
  fill(200);
  run();
  const auto before = counts_in_database(schema.url());
  for (const auto& name : board_names) {
    other().cli().command({"DEL", "leaderboard:" + name});
    EXPECT_EQ(count_of(run(), "deleted"), 0);
  }
  expect_nobody_lost(before);
  expect_agreement();
}

TEST_F(SyncFault, ARedisThatComesBackEmptyCostsNobody) {
  fill(200);
  run();
  const auto before = counts_in_database(schema.url());
  redis.kill();
  auto client = service->client();
  EXPECT_EQ(client.post(sync_root + "/sync", "{}").status, 503);
  redis.start();
  response answer;
  ASSERT_TRUE(eventually(
      [&] {
        answer = client.post(sync_root + "/sync", "{}");
        return answer.status == 200;
      },
      seconds{20}));
  EXPECT_EQ(count_of(answer.json().as_object(), "deleted"), 0);
  expect_nobody_lost(before);
  expect_agreement();
}

TEST_F(SyncFault, AnOldSnapshotCostsNobodyWhoCameAfterIt) {
  fill(100);
  run();
  ASSERT_EQ(other().cli().word({"SAVE"}), "OK");
  fill(50, 100);
  run(); // has seen all 150 in the cache
  const auto before = counts_in_database(schema.url());
  service->kill(); // the restart is not noticed
  redis.kill();
  redis.start();
  ASSERT_EQ(other().cli().word({"ZCARD", "leaderboard:yearly"}), "100");
  service->start();
  EXPECT_EQ(count_of(run(), "deleted"), 0);
  expect_nobody_lost(before);
  expect_agreement();
}

TEST_F(SyncFault, ALostCacheWriteIsHealedAndNeverOverwritesTheNewerRow) {
  fill(30);
  const auto cli = other().cli();
  const auto details = cli.word({"GET", "user:details:" + user(1)});
  ASSERT_EQ(service->client().update(user(1), 40).status, 200);
  cli.command({"SET", "user:details:" + user(1), details});
  for (const auto& name : board_names)
    cli.command({"ZADD", "leaderboard:" + name, "2", user(1)});
  EXPECT_EQ(count_of(run(), "healed"), 1);
  EXPECT_EQ(row(user(1)), 42);
  expect_agreement();
}

TEST_F(SyncFault, ADeletedUserWhoIsStillInTheCacheDoesNotReturn) {
  fill(30);
  run();
  const auto cli = other().cli();
  const auto details = cli.word({"GET", "user:details:" + user(1)});
  ASSERT_EQ(service->client().del("/api/redis-leaderboard/admin/user/" + user(1)).status, 200);
  cli.command({"SET", "user:details:" + user(1), details});
  for (const auto& name : board_names)
    cli.command({"ZADD", "leaderboard:" + name, "2", user(1)});
  EXPECT_EQ(count_of(run(), "removed_from_cache"), 1);
  EXPECT_EQ(row(user(1)), -1);
  expect_agreement();
}

// -- limits -----------------------------------------------------------------------

TEST_F(SyncFault, TheShareSaysNothingBelowTwentyUsers) {
  fill(19);
  run();
  for (int i = 0; i < 3; ++i)
    other().remove(user(i));
  EXPECT_EQ(count_of(run(), "deleted"), 3);
}

TEST_F(SyncFault, OneOfTwentyIsJustWithinTheShareAndTwoAreNot) {
  fill(20);
  run();
  other().remove(user(1));
  EXPECT_EQ(count_of(run(), "deleted"), 1);
  fill(1, 1); // twenty again
  run();
  other().remove(user(2));
  other().remove(user(3));
  const auto too_many = run();
  EXPECT_TRUE(held(too_many));
  EXPECT_EQ(count_of(too_many, "deleted"), 0);
  EXPECT_EQ(rows(), 20U);
}

TEST_F(SyncFault, OneOfTwentyOneIsWithinTheShare) {
  fill(21);
  run();
  other().remove(user(1));
  EXPECT_EQ(count_of(run(), "deleted"), 1);
}

TEST_F(SyncFault, NobodyIsDeletedWhereNobodyWasEverVerified) {
  fill(30);
  other().remove(user(1));
  const auto first = run();
  EXPECT_EQ(count_of(first, "deleted"), 0);
  EXPECT_EQ(count_of(first, "healed"), 1);
}

TEST_F(SyncFault, HeldDeletesStayHeldOverARestartUntilTheyAreReleasedAndCanBeUndone) {
  fill(30);
  run();
  for (int i = 0; i < 5; ++i)
    other().remove(user(i));
  EXPECT_TRUE(held(run()));
  service->kill();
  service->start();
  EXPECT_TRUE(status().at("deletes_held").as_bool());
  const auto again = run();
  EXPECT_TRUE(held(again));
  EXPECT_EQ(count_of(again, "delete_candidates"), 5);
  EXPECT_EQ(rows(), 30U);

  const auto forced = run(R"({"force": true})");
  EXPECT_EQ(count_of(forced, "deleted"), 5);
  EXPECT_EQ(rows(), 25U);
  EXPECT_FALSE(status().at("deletes_held").as_bool());
  const auto id = std::string{forced.at("run_id").as_string()};
  const auto undone = service->client().post(sync_root + "/runs/" + id + "/undo");
  EXPECT_EQ(undone.json().at("users_restored").to_number<int>(), 5);
  EXPECT_EQ(rows(), 30U);
  expect_agreement();
  EXPECT_EQ(count_of(run(), "deleted"), 0);
}

TEST_F(SyncFault, HeldDeletesAreRefusedByFillingTheCacheFromTheDatabase) {
  const auto command = [&](std::vector<std::string> words) {
    for (const auto& setting : settings)
      words.insert(words.end(), {"--set", setting});
    return test::run(STANDINGS_BINARY, words).output;
  };
  const auto port = std::to_string(service->port());
  const std::string fill_redis = "standings cache init --force-refresh\n";
  const auto rebuild = "/api/redis-leaderboard/admin/sync";
  const auto lose_five = [&] {
    run();
    for (int i = 0; i < 5; ++i)
      other().remove(user(i));
    EXPECT_TRUE(held(run()));
  };
  const auto expect_all_back = [&] {
    EXPECT_EQ(other().cli().word({"ZCARD", "leaderboard:yearly"}), "30");
    for (int i = 0; i < 2; ++i) { // the first one verifies the new cache
      const auto next = run();
      EXPECT_FALSE(held(next));
      EXPECT_EQ(count_of(next, "delete_candidates"), 0);
    }
    EXPECT_FALSE(status().at("deletes_held").as_bool());
    EXPECT_EQ(rows(), 30U);
    expect_agreement();
  };
  fill(30);
  lose_five();
  EXPECT_THAT(command({"sync", "status", "--port", port}), testing::HasSubstr(fill_redis));
  EXPECT_THAT(command({"cache", "init", "--force-refresh"}), testing::HasSubstr("Loaded 30 users"));
  expect_all_back();

  lose_five(); // by a command that does not know the service's cache
  const auto url = "http://127.0.0.1:" + port;
  const auto told = command({"sync", "status", "--url", url});
  EXPECT_THAT(told, testing::HasSubstr("curl -X POST " + url + rebuild));
  EXPECT_THAT(told, testing::Not(testing::HasSubstr(fill_redis)));
  const auto memory = test::run(STANDINGS_BINARY, {"sync", "status", "--port", port}).output;
  EXPECT_THAT(memory, testing::HasSubstr("curl -X POST " + url + rebuild));
  EXPECT_EQ(service->client().post(rebuild).status, 200);
  expect_all_back();
}

TEST_F(SyncFault, EvenAllUsersGoWhereThatWasMeantAndForcedAndComeBackByUndo) {
  fill(40);
  run();
  const auto before = counts_in_database(schema.url());
  for (int i = 0; i < 40; ++i)
    other().remove_on_purpose(user(i));
  EXPECT_TRUE(held(run()));
  const auto forced = run(R"({"force": true})");
  EXPECT_EQ(count_of(forced, "deleted"), 40);
  EXPECT_EQ(rows(), 0U);
  const auto id = std::string{forced.at("run_id").as_string()};
  service->client().post(sync_root + "/runs/" + id + "/undo");
  expect_nobody_lost(before);
  expect_agreement();
}

// -- one bad user -------------------------------------------------------------------

TEST_F(SyncFault, ARowThatCannotBeWrittenIsQuarantinedAloneUntilItCan) {
  fill(30);
  sql(schema.url(),
      "ALTER TABLE pomo_leaderboard ADD CONSTRAINT no_poison CHECK (user_id <> 'poison')");
  for (const auto* id : {"ann", "poison", "zoe"})
    other().write(id, 7);
  const auto first = run();
  EXPECT_EQ(count_of(first, "created"), 2);
  EXPECT_EQ(count_of(first, "quarantined"), 1);
  auto client = service->client();
  const auto users = client.get(sync_root + "/quarantine").json().at("users").as_array();
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(users[0].at("user_id").as_string(), "poison");
  EXPECT_FALSE(users[0].at("reason").as_string().empty());
  EXPECT_EQ(row("ann"), 7);

  sql(schema.url(), "ALTER TABLE pomo_leaderboard DROP CONSTRAINT no_poison");
  EXPECT_EQ(count_of(run(), "created"), 1);
  EXPECT_TRUE(client.get(sync_root + "/quarantine").json().at("users").as_array().empty());
  expect_agreement();
}

TEST_F(SyncFault, AResetDuringRunsIsNotUndoneByWhatTheCacheStillShows) {
  fill(5'000);
  auto client = service->client();
  std::thread running{[&] {
    for (int i = 0; i < 4; ++i)
      run();
  }};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.post("/api/redis-leaderboard/admin/reset/daily").status, 200);
    std::this_thread::sleep_for(milliseconds{100});
  }
  running.join();
  run();
  const auto daily = sql(
      schema.url(), "SELECT count(*) FROM pomo_leaderboard t WHERE daily_pomo <> 0 AND"
                    " updated_at >= (SELECT started_at FROM period_state WHERE period = 'daily')");
  EXPECT_EQ(daily[0][0].as<int>(), 0);
  const auto top = client.get("/api/redis-leaderboard/daily?limit=1").json();
  EXPECT_EQ(top.at("entries").as_array().at(0).at("score").to_number<int>(), 0);
  EXPECT_EQ(row(user(1)), 2) << "the year is untouched";
}

TEST_F(SyncFault, WhoWaitsForARunIsToldWhenTheServiceStops) {
  fill(20'000);
  std::thread asking{[&] {
    auto client = service->client();
    for (int i = 0; i < 50; ++i)
      if (client.post(sync_root + "/sync", "{}").status != 200)
        return;
  }};
  std::this_thread::sleep_for(milliseconds{300});
  EXPECT_EQ(service->stop(SIGTERM), 0);
  asking.join();
}

TEST_F(SyncFault, RestoredRowsThatAreOlderThanTheirRemovalComeBackAndStay) {
  fill(30);
  run();
  ASSERT_EQ(service->client().del("/api/redis-leaderboard/admin/user/" + user(1)).status, 200);
  sql(schema.url(),
      "INSERT INTO pomo_leaderboard SELECT user_id, daily_pomo, weekly_pomo,"
      " monthly_pomo, yearly_pomo, updated_at, version FROM pomo_leaderboard_deleted");
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(count_of(run(), "deleted"), 0);
  EXPECT_EQ(row(user(1)), 2);
  expect_agreement();
}

// -- several instances -----------------------------------------------------------------

class SyncOfTwo : public SyncFault {
protected:
  SyncOfTwo() : SyncFault({"reconcile.interval=1s", "reconcile.incremental=false"}) {}

  static bool leads(service_under_test& s) {
    return s.client().get(sync_root + "/status").json().at("leader").as_bool();
  }
};

TEST_F(SyncOfTwo, ExactlyOneDoesThePeriodicWorkAndTheOtherTakesOver) {
  fill(50);
  service_under_test second{settings};
  ASSERT_TRUE(eventually([&] { return leads(*service); }, seconds{10}));
  EXPECT_FALSE(leads(second));
  ASSERT_TRUE(eventually(
      [&] {
        return count_of(status(), "interval_ms") == 1'000 && !status().at("last_run").is_null();
      },
      seconds{10}));
  service->kill();
  EXPECT_TRUE(eventually([&] { return leads(second); }, seconds{10}));
  EXPECT_TRUE(eventually(
      [&] { return !second.client().get(sync_root + "/status").json().at("last_run").is_null(); },
      seconds{10}));
}

TEST_F(SyncOfTwo, RunsOnBothNeverOverlap) {
  fill(5'000);
  service_under_test second{settings};
  const auto press = [](service_under_test& s) {
    auto client = s.client();
    for (int i = 0; i < 10; ++i)
      if (const auto answer = client.post(sync_root + "/sync", "{}"); answer.status != 200) {
        EXPECT_EQ(answer.status, 409) << answer.body;
      }
  };
  std::thread other_one{[&] {
    press(second);
  }};
  press(*service);
  other_one.join();
  const auto overlaps =
      sql(schema.url(),
          "SELECT count(*) FROM sync_runs a JOIN sync_runs b ON a.run_id < b.run_id"
          " AND a.status = 'completed' AND b.status = 'completed'"
          " AND ((a.report->>'started_at')::timestamptz, (a.report->>'finished_at')::timestamptz)"
          " OVERLAPS ((b.report->>'started_at')::timestamptz, "
          "(b.report->>'finished_at')::timestamptz)");
  EXPECT_EQ(overlaps[0][0].as<int>(), 0);
}

TEST_F(SyncOfTwo, ARunWhoseInstanceIsKilledIsAbandonedAndTheNextOneGoesOn) {
  fill(20'000);
  for (int i = 0; i < 5; ++i) {
    service->client().post(sync_root + "/sync", R"({"wait": false})");
    service->kill();
    service->start();
  }
  ASSERT_TRUE(eventually(
      [&] {
        return sql(schema.url(), "SELECT count(*) FROM sync_runs WHERE status = 'completed'")[0][0]
                   .as<int>()
               > 0;
      },
      seconds{30}));
  EXPECT_EQ(rows(), 20'000U);
}

} // namespace
} // namespace standings::test
