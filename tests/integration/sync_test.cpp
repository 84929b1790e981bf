#include "tests/support/sync_test.hpp"

#include <gmock/gmock.h>
#include <httplib.h>

#include <atomic>
#include <mutex>
#include <thread>

namespace standings::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Sync : public SyncTest {};

TEST_F(Sync, WhatAnotherProgramCreatesChangesAndDeletesReachesTheDatabase) {
  fill(30);
  other().write("ann", 7);
  EXPECT_EQ(count_of(run(), "created"), 1);
  EXPECT_EQ(row("ann"), 7);
  expect_agreement();

  other().write("ann", 9);
  EXPECT_EQ(count_of(run(), "updated"), 1);
  EXPECT_EQ(row("ann"), 9);
  expect_agreement();

  other().remove("ann");
  EXPECT_EQ(count_of(run(), "deleted"), 1);
  EXPECT_EQ(row("ann"), -1);
  expect_agreement();
}

TEST_F(Sync, ASecondRunFindsEverythingInSync) {
  fill(2'500);
  run();
  const auto second = run();
  EXPECT_EQ(count_of(second, "checked"), 2'500);
  EXPECT_EQ(count_of(second, "in_sync"), 2'500);
}

TEST_F(Sync, ADryRunReportsTheSameAndChangesNothing) {
  fill(30);
  run();
  other().write("ann", 7);
  other().write(user(1), 5'000);
  other().remove(user(2));
  const auto dry = run(R"({"dry_run": true})");
  EXPECT_EQ(count_of(dry, "created"), 1);
  EXPECT_EQ(count_of(dry, "updated"), 1);
  EXPECT_EQ(count_of(dry, "deleted"), 1);
  EXPECT_EQ(rows(), 30U);
  EXPECT_EQ(row(user(1)), 2);
  const auto wet = run();
  for (const auto* name : {"created", "updated", "deleted", "healed", "checked"})
    EXPECT_EQ(count_of(wet, name), count_of(dry, name)) << name;
}

TEST_F(Sync, ARunOfOnePeriodTakesOverThatBoardOnly) {
  fill(5);
  other().write(user(1), 500);
  EXPECT_EQ(count_of(run(R"({"periods": ["daily"]})"), "updated"), 1);
  const auto found = [&] {
    return sql(schema.url(), "SELECT daily_pomo, weekly_pomo FROM pomo_leaderboard"
                             " WHERE user_id = '"
                                 + user(1) + "'");
  };
  EXPECT_EQ(found()[0][0].as<int>(), 500);
  EXPECT_EQ(found()[0][1].as<int>(), 2);
  EXPECT_EQ(raw_redis{redis.port()}.word({"ZSCORE", "leaderboard:weekly", user(1)}), "500");
  EXPECT_EQ(count_of(run(), "updated"), 1) << "the others are for a whole run";
  EXPECT_EQ(found()[0][1].as<int>(), 500);
  expect_agreement();
}

TEST_F(Sync, TheSelfTestPassesAndLeavesNothingBehind) {
  fill(30);
  auto client = service->client();
  const auto answer = client.post(sync_root + "/test");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(answer.json().at("success").as_bool()) << answer.body;
  EXPECT_EQ(rows(), 30U);
  expect_agreement();
}

TEST_F(Sync, TheCommandLineRunsTestsAndUndoes) {
  fill(10);
  run();
  other().remove(user(3));
  const std::vector<std::string> where{"--port", std::to_string(service->port())};
  const auto sync = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "sync");
    words.insert(words.end(), where.begin(), where.end());
    return test::run(STANDINGS_BINARY, words);
  };
  const auto ran = sync({"run"});
  EXPECT_EQ(ran.exit_code, 0) << ran.error;
  EXPECT_THAT(ran.output, testing::ContainsRegex("deleted: +1\n"));
  EXPECT_EQ(rows(), 9U);
  const auto id = std::string{status().at("last_run").at("run_id").as_string()};
  EXPECT_THAT(sync({"undo", id}).output, testing::HasSubstr("1 user restored"));
  EXPECT_EQ(rows(), 10U);
  expect_agreement();
  EXPECT_EQ(sync({"undo", "no-such-run"}).exit_code, 1);
  const auto tested = sync({"test"});
  EXPECT_EQ(tested.exit_code, 0);
  EXPECT_THAT(tested.output, testing::HasSubstr("PASSED  delete"));
  EXPECT_THAT(sync({"runs"}).output, testing::HasSubstr(id));
  EXPECT_THAT(sync({"status"}).output, testing::HasSubstr("next run"));
}

TEST_F(Sync, TheCommandLineSaysWhereNoServiceAnswers) {
  const auto ran = test::run(STANDINGS_BINARY, {"sync", "status", "--port", "1"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.error, testing::HasSubstr("no service answers"));
}

TEST_F(Sync, BadBodiesAreRefusedByTheNameOfTheField) {
  auto client = service->client();
  const auto refused = [&](const std::string& body, const std::string& field) {
    const auto answer = client.post(sync_root + "/sync", body);
    EXPECT_GE(answer.status, 400) << body;
    EXPECT_EQ(answer.json().at("field").as_string(), field) << body;
  };
  refused(R"({"dry_run": 1})", "dry_run");
  refused(R"({"periods": "daily"})", "periods");
  refused(R"({"periods": ["hourly"]})", "periods");
  refused(R"({"dryrun": true})", "dryrun");
  EXPECT_EQ(client.post(sync_root + "/sync", "[]").status, 400);
  EXPECT_EQ(client.get(sync_root + "/runs?limit=0").status, 422);
}

TEST_F(Sync, RunsAreRememberedOverARestart) {
  fill(5);
  const auto id = std::string{run().at("run_id").as_string()};
  service->kill();
  service->start();
  const auto runs = service->client().get(sync_root + "/runs").json();
  EXPECT_EQ(runs.at("runs").as_array().at(0).at("run_id").as_string(), id);
}

TEST_F(Sync, MetricsAndHealthTellOfBothStores) {
  fill(5);
  auto client = service->client();
  const auto metrics = client.get(sync_root + "/metrics").json().at("metrics");
  EXPECT_EQ(metrics.at("redis_counts").at("daily_leaderboard").to_number<int>(), 5);
  EXPECT_EQ(metrics.at("postgres_users").to_number<int>(), 5);
  EXPECT_EQ(client.get(sync_root + "/health").json().at("status").as_string(), "healthy");
}

// -- between runs ------------------------------------------------------------------

class IncrementalSync : public SyncTest {
protected:
  IncrementalSync() : SyncTest({"reconcile.interval=1h"}) {}
};

TEST_F(IncrementalSync, WhatAnotherProgramWritesIsARowWithinSeconds) {
  fill(5);
  ASSERT_TRUE(eventually([&] { return status().at("leader").as_bool(); }, seconds{10}));
  other().write("ann", 7);
  other().write(user(1), 5'000);
  EXPECT_TRUE(eventually([&] { return row("ann") == 7 && row(user(1)) == 5'000; }, seconds{10}));
  expect_agreement();
  EXPECT_EQ(status().at("incremental").at("mode").as_string(), "notifications");
}

TEST_F(IncrementalSync, OwnWritesAreNoHintsAndOneOfAnotherProgramAmongThemIsFound) {
  const auto told = [&](const char* name) {
    return status().at("incremental").at(name).to_number<std::int64_t>();
  };
  ASSERT_TRUE(eventually(
      [&] {
        return status().at("leader").as_bool()
               && status().at("incremental").at("mode").as_string() == "notifications";
      },
      seconds{10}));
  fill(3'000);
  EXPECT_TRUE(eventually([&] { return told("own") >= 3'000; }, seconds{10}));
  EXPECT_EQ(told("hints"), 0);
  other().write(user(1), 5'000);
  fill(3'000, 3'000);
  EXPECT_TRUE(eventually([&] { return row(user(1)) == 5'000; }, seconds{10}));
  EXPECT_TRUE(eventually([&] { return told("own") >= 6'000; }, seconds{10}));
  EXPECT_EQ(told("hints"), 1);
  EXPECT_EQ(told("compared"), 1);
  expect_agreement();
}

TEST_F(IncrementalSync, WhoIsGoneFromTheCacheIsLeftToARun) {
  fill(30);
  run();
  ASSERT_TRUE(eventually([&] { return status().at("leader").as_bool(); }, seconds{10}));
  other().remove(user(1));
  other().write("ann", 7);
  ASSERT_TRUE(eventually([&] { return row("ann") == 7; }, seconds{10}));
  EXPECT_EQ(row(user(1)), 2);
  EXPECT_EQ(raw_redis{redis.port()}.word({"EXISTS", "user:details:" + user(1)}), "0");
  EXPECT_EQ(count_of(run(), "deleted"), 1);
}

// -- the webhook, and the backup -----------------------------------------------------

/// Accepts calls on a port of its own.
class hook {
public:
  hook() {
    server_.Post("/hook", [this](const httplib::Request& rq, httplib::Response& rs) {
      std::this_thread::sleep_for(delay_.load());
      rs.set_content(std::string(answer_bytes_, 'x'), "text/plain");
      const std::lock_guard lock{mutex_};
      bodies_.push_back(rq.body);
      signatures_.push_back(rq.get_header_value("X-Standings-Signature"));
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    serving_ = std::thread{[this] {
      server_.listen_after_bind();
    }};
  }
  ~hook() {
    server_.stop();
    serving_.join();
  }

  /// Sets how it answers from now on.
  void answer(std::chrono::milliseconds after, std::size_t bytes) {
    delay_ = after;
    answer_bytes_ = bytes;
  }

  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/hook";
  }
  std::vector<std::string> bodies() {
    const std::lock_guard lock{mutex_};
    return bodies_;
  }
  std::vector<std::string> signatures() {
    const std::lock_guard lock{mutex_};
    return signatures_;
  }

private:
  httplib::Server server_;
  int port_ = 0;
  std::thread serving_;
  std::atomic<std::chrono::milliseconds> delay_{std::chrono::milliseconds{0}};
  std::atomic<std::size_t> answer_bytes_ = 0;
  std::mutex mutex_;
  std::vector<std::string> bodies_;
  std::vector<std::string> signatures_;
};

class SyncWithHook : private hook, public SyncTest {
protected:
  SyncWithHook()
      : SyncTest({"reconcile.enabled=false", "reconcile.incremental=false",
                  "reconcile.backup_dir=backups", "reconcile.webhook_url=" + url(),
                  "reconcile.webhook_secret=a secret"}) {}
  hook& calls() { return *this; }
};

TEST_F(SyncWithHook, HeldDeletesAreToldAndSigned) {
  fill(30);
  run();
  for (int i = 0; i < 5; ++i)
    other().remove(user(i));
  EXPECT_TRUE(held(run()));
  ASSERT_TRUE(eventually([&] { return !calls().bodies().empty(); }, seconds{10}));
  EXPECT_THAT(calls().bodies()[0], testing::HasSubstr(R"("event":"deletes_held")"));
  EXPECT_THAT(calls().signatures()[0], testing::MatchesRegex("sha256=[0-9a-f]{64}"));
  EXPECT_THAT(service->log(), testing::Not(testing::HasSubstr("a secret")));
}

/// Two events in succession: if the first call had failed, it would have been retried before the
/// second.
TEST_F(SyncWithHook, EachEventIsOneCallHoweverTheReceiverAnswers) {
  calls().answer(milliseconds{500}, 1 << 20);
  fill(30);
  run();
  for (int i = 0; i < 5; ++i)
    other().remove(user(i));
  EXPECT_TRUE(held(run()));
  EXPECT_TRUE(held(run()));
  ASSERT_TRUE(eventually([&] { return calls().bodies().size() >= 2; }, seconds{10}));
  const auto bodies = calls().bodies();
  EXPECT_EQ(bodies.size(), 2U);
  EXPECT_NE(bodies[0], bodies[1]);
  EXPECT_EQ(count_of(status(), "webhook_failures"), 0);
}

} // namespace
} // namespace standings::test
