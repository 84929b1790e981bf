#include "tests/support/session_service.hpp"

#include <gmock/gmock.h>
#include <signal.h>

#include <fstream>

namespace standings::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class SessionFault : public testing::TestWithParam<bool> {
protected:
  void start(const std::vector<std::string>& more = {}) {
    with.settings.insert(with.settings.end(), more.begin(), more.end());
    with.start();
    ASSERT_TRUE(completed(1));
  }

  [[nodiscard]] bool completed(std::int64_t full_syncs) const {
    return eventually(
        [&] {
          const auto status = with.status();
          return status.at("redis_connected") == true
                 && status.at("full_sync").at("completed").to_number<std::int64_t>() >= full_syncs;
        },
        seconds{20});
  }

  [[nodiscard]] std::int64_t full_syncs() const {
    return with.status().at("full_sync").at("completed").to_number<std::int64_t>();
  }

  /// Writes `count` sessions of two messages at once, as fast as Redis can.
  void write_many(int first, int count) const {
    with.cli().command({"EVAL", R"lua(for i = ARGV[1], ARGV[2] do
  redis.call('SET', 'session:' .. i, '{"group":"g","messages":[{"sender_id":"a","content":"x"},{"sender_id":"b","content":"' .. i .. '"}]}')
end)lua",
                        "0", std::to_string(first), std::to_string(first + count - 1)});
  }

  /// Expects the database to have everything that Redis has.
  void expect_agreement(std::int64_t sessions) {
    EXPECT_TRUE(with.arrive(sessions, 2 * sessions, seconds{60})) << with.running->log();
    // the comparison has connections of its own, which may have to be replaced first
    EXPECT_TRUE(eventually(
        [&] { return with.compared("only_in_redis") == 0 && with.compared("differs") == 0; },
        seconds{10}));
    EXPECT_TRUE(with.running->running().running());
  }

  /// How much freed memory the address sanitizer retains, in MiB.
#ifdef __SANITIZE_ADDRESS__
  static constexpr std::int64_t kept_by_sanitizer = 512;
#else
  static constexpr std::int64_t kept_by_sanitizer = 0;
#endif

  /// The service's resident memory, in MiB.
  [[nodiscard]] std::int64_t memory() const {
    std::ifstream in{"/proc/" + std::to_string(with.running->running().pid()) + "/status"};
    for (std::string line; std::getline(in, line);)
      if (line.starts_with("VmRSS:"))
        return std::stoll(line.substr(6)) / 1'024;
    return -1;
  }

  session_service with{GetParam()};
};

TEST_P(SessionFault, KilledSubscriptionsAreMadeGood) {
  start();
  for (int round = 0; round < 5; ++round) {
    write_many(round * 100, 50);
    with.cli().command({"CLIENT", "KILL", "TYPE", "pubsub"});
    write_many(round * 100 + 50, 50); // without a notification
  }
  expect_agreement(500);
}

TEST_P(SessionFault, SwitchedOffNotificationsAreSwitchedOnAndMadeGood) {
  start();
  with.cli().command({"CONFIG", "SET", "notify-keyspace-events", ""});
  write_many(0, 50); // without a notification
  expect_agreement(50);
  const auto flags = with.cli().command({"CONFIG", "GET", "notify-keyspace-events"}).at(1);
  EXPECT_NE(flags.find('K'), std::string::npos);
  write_many(50, 50);
  expect_agreement(100);
}

TEST_P(SessionFault, AnOverrunOutputBufferIsMadeGood) {
  start();
  with.cli().command({"CONFIG", "SET", "client-output-buffer-limit", "pubsub 4096 4096 1"});
  write_many(0, 5'000);
  expect_agreement(5'000);
}

TEST_P(SessionFault, ARestartedRedisIsFollowedAndRowsStay) {
  start();
  write_many(0, 100);
  expect_agreement(100);
  const auto before = full_syncs();
  with.redis.kill();
  EXPECT_TRUE(
      eventually([&] { return with.status().at("service_status") == "degraded"; }, seconds{10}));
  with.redis.start();
  write_many(100, 100); // probably before the service listens
  EXPECT_TRUE(completed(before + 1));
  expect_agreement(200);
  EXPECT_TRUE(eventually([&] { return with.compared("only_in_database") == 100; }, seconds{10}));
}

TEST_P(SessionFault, AFlushIsNoticedAndRowsStay) {
  start();
  write_many(0, 100);
  expect_agreement(100);
  with.cli().command({"FLUSHALL"});
  EXPECT_TRUE(
      eventually([&] { return with.status().at("full_sync").at("reason") == "Redis was flushed"; },
                 seconds{10}));
  expect_agreement(100);
  write_many(100, 10);
  expect_agreement(110);
}

TEST_P(SessionFault, AHangingRedisIsFollowedOnceItGoesOn) {
  start();
  with.redis.signal(SIGSTOP);
  EXPECT_TRUE(
      eventually([&] { return with.status().at("redis_connected") == false; }, seconds{20}));
  with.redis.signal(SIGCONT);
  write_many(0, 100);
  expect_agreement(100);
}

TEST_P(SessionFault, ForbiddenConfigMeansPollingAndTheStatusSaysSo) {
  with.cli().command({"ACL", "SETUSER", "app", "on", ">secret", "~*", "&*", "+@all", "-config"});
  start({"cache.username=app", "cache.password=secret", "sessions.poll_interval=1s"});
  const auto status = with.status();
  EXPECT_EQ(status.at("mode"), "polling");
  EXPECT_EQ(status.at("service_status"), "running");
  EXPECT_FALSE(status.at("notice").is_null());
  write_many(0, 50);
  expect_agreement(50);
}

TEST_P(SessionFault, AHundredThousandHintsAtOnceAreSurvived) {
  start();
  write_many(0, 1'000);
  const auto before = memory();
  for (int i = 0; i < 10; ++i)
    with.cli().command({"EVAL", R"lua(for i = 1, 10000 do
  redis.call('PUBLISH', 'session_updates', 'nobody' .. ARGV[1] .. ':' .. i)
end)lua",
                        "0", std::to_string(i)});
  EXPECT_TRUE(eventually(
      [&] { return with.status().at("hints").at("received").to_number<std::int64_t>() >= 100'000; },
      seconds{30}));
  expect_agreement(1'000);
  EXPECT_TRUE(eventually([&] { return with.status().at("pending") == 0; }, seconds{30}));
  EXPECT_EQ(with.running->client().get("/readyz").status, 200);
  EXPECT_LT(memory() - before, 64 + kept_by_sanitizer) << "MiB";
}

TEST_P(SessionFault, ADeletedAndAnExpiredSessionKeepTheirRows) {
  start();
  write_many(0, 3);
  expect_agreement(3);
  with.cli().command({"DEL", "session:0"});
  with.cli().command({"PEXPIRE", "session:1", "1"});
  EXPECT_TRUE(eventually([&] { return with.compared("only_in_database") == 2; }, seconds{10}));
  expect_agreement(3);
}

TEST_P(SessionFault, BadSessionsAreCountedAndTheGoodOnesArrive) {
  start();
  const std::string nul{"{\"group\":\"a\0b\"}", 15};
  with.write("not json", "{\"session_id\"");
  with.write("nul", nul);
  with.write("escaped nul", R"({"messages":[{"sender_id":"a","content":"x\u0000y"}]})");
  with.write("half", R"({"messages":[{"sender_id":"a","content":"cut \ud83d"}],"score":NaN})");
  with.write("not utf-8", "{\"group\":\"\xff\xfe\"}");
  with.write("huge", "{\"group\":\"" + std::string(10 << 20, 'x') + "\"}");
  with.write("other id", R"({"session_id":"x","messages":[{"sender_id":"a","content":"y"}]})");
  with.write("\xff\xfe", "{}");
  with.write("no sender", R"({"messages":[{"content":"lost"},{"sender_id":"a","content":"kept"},
                                            {"sender_id":"b","content":"kept"}]})");
  with.write("duplicate ids", R"({"messages":[{"sender_id":"a","content":"x","message_id":"1"},
    {"sender_id":"a","content":"again","message_id":"1"},{"sender_id":"a","content":"y","message_id":"2"}]})");
  write_many(0, 20);
  EXPECT_TRUE(with.arrive(26, 46, seconds{60})) << with.running->log();
  const auto done = with.running->client().post("/api/v1/sync/manual").json();
  EXPECT_EQ(done.at("sessions_quarantined"), 4);
  const auto& reasons = done.at("quarantine_reasons");
  EXPECT_EQ(reasons.at("not valid JSON"), 1);
  EXPECT_EQ(reasons.at("larger than 1048576 bytes"), 1);
  EXPECT_EQ(reasons.at("session_id is not that of the key"), 1);
  const auto& mended = done.at("mended_fields");
  EXPECT_EQ(mended.at("content has NUL bytes or half characters, which were replaced"), 2);
  EXPECT_EQ(mended.at("group has NUL bytes"), 1);
  EXPECT_EQ(mended.at("group is not valid UTF-8"), 1);
  EXPECT_EQ(done.at("skipped_messages").at("sender_id is missing"), 1);
  EXPECT_EQ(done.at("replaced_messages"), 1);
  EXPECT_EQ(with.rows("session_quarantine"), 4);
  EXPECT_EQ(with.running->running().running(), true);
}

TEST_P(SessionFault, KeysOfOtherApplicationsLeaveNoTrace) {
  start();
  with.cli().command({"HSET", "session:spring", "a", "b"});
  with.cli().command({"RPUSH", "session:list", "a"});
  with.cli().command({"XADD", "session:stream", "*", "a", "b"});
  with.cli().command({"INCR", "session:counter"});
  with.write("flask", std::string{"\x80\x04\x95\x0e\x00pickle", 11});
  with.write("express", R"({"cookie":{"path":"/"},"views":1})");
  with.write("php", "user_id|i:5;");
  with.write("agent", R"({"session_id":"agent","state":{"step":4}})");
  write_many(0, 2);
  expect_agreement(2);
  const auto done = with.running->client().post("/api/v1/sync/manual").json();
  EXPECT_EQ(done.at("keys_not_ours"), 8);
  EXPECT_EQ(done.at("sessions_quarantined"), 0);
  EXPECT_EQ(with.rows("session_quarantine"), 0);
  EXPECT_EQ(with.cli().command({"KEYS", "session:*"}).size(), 10U);
}

TEST_P(SessionFault, TheQuarantineForgetsSessionsThatAreGone) {
  start();
  with.write("bad", "{");
  with.write("brief", "{");
  EXPECT_TRUE(eventually([&] { return with.rows("session_quarantine") == 2; }, seconds{10}));
  with.cli().command({"DEL", "session:bad"});
  with.cli().command({"PEXPIRE", "session:brief", "1"});
  EXPECT_TRUE(eventually([&] { return with.rows("session_quarantine") == 0; }, seconds{10}));
}

TEST_P(SessionFault, SessionsThatComeWithASwappedDatabaseArrive) {
  start();
  write_many(0, 2);
  expect_agreement(2);
  with.cli().command({"COPY", "session:0", "session:new", "DB", "1"});
  with.cli().command({"SWAPDB", "0", "1"});
  EXPECT_TRUE(with.arrive(3, 6, seconds{10})) << with.running->log();
}

TEST_P(SessionFault, AForeignTableIsToldAndSyncBeginsOnceItIsGone) {
  start();
  with.exec("DROP TABLE users");
  with.exec("CREATE TABLE users (id integer PRIMARY KEY, email text)");
  write_many(0, 2);
  EXPECT_TRUE(eventually(
      [&] {
        const auto status = with.status();
        return status.at("service_status") == "degraded"
               && boost::json::serialize(status.at("notice")).find("external_id")
                      != std::string::npos;
      },
      seconds{20}))
      << boost::json::serialize(with.status());
  response refused; // at first a worker has yet to notice
  EXPECT_TRUE(eventually(
      [&] {
        refused = with.running->client().post("/api/v1/sync/manual");
        return refused.body.find("external_id") != std::string::npos;
      },
      seconds{20}))
      << refused.body;
  EXPECT_EQ(refused.status, 503);
  with.exec("DROP TABLE users");
  expect_agreement(2);
}

TEST_P(SessionFault, ATableThatSomebodyDroppedComesBack) {
  start();
  write_many(0, 2);
  expect_agreement(2);
  with.exec("DROP TABLE messages");
  with.write("2", session_text("2", 2));
  expect_agreement(3);
}

TEST_P(SessionFault, ManyLargeSessionsAreReadAFewAtATime) {
  start();
  const auto before = memory();
  for (int i = 0; i < 100; ++i) // 100 MB in all
    with.write(std::to_string(i), R"({"messages":[{"sender_id":"a","content":")"
                                      + std::string(1'000'000, 'x') + R"("}]})");
  EXPECT_TRUE(with.arrive(100, 100, seconds{60}));
  EXPECT_EQ(with.running->client().post("/api/v1/sync/manual").status, 200);
  EXPECT_TRUE(eventually([&] { return with.compared("in_sync") == 100; }, seconds{60}))
      << "reading 100 MB twice may take a slow machine longer than a request may";
  EXPECT_LT(memory() - before, 256 + kept_by_sanitizer) << "MiB";
}

STANDINGS_OVER_DATABASES(SessionFault);

TEST(SessionFaultOfTheDatabase, ABurstDuringAnOutageArrivesAfterIt) {
  postgres_server database;
  redis_server redis;
  service_under_test service{{"database.backend=postgres", "database.url=" + database.url(),
                              "cache.backend=redis", "cache.port=" + std::to_string(redis.port()),
                              "sessions.max_pending=500"}};
  auto client = service.client();
  const auto in_sync = [&] {
    const auto page = client.get("/api/v1/sync/sessions/compare?limit=1000");
    return page.status == 200 ? page.json().at("counts").at("in_sync").to_number<int>() : -1;
  };
  database.kill();
  const raw_redis cli{redis.port()};
  for (int i = 0; i < 900; ++i)
    cli.command({"SET", "session:" + std::to_string(i), session_text(std::to_string(i), 2)});
  EXPECT_TRUE(eventually(
      [&] { return client.get("/api/v1/sync/status").json().at("overflows") == 1; }, seconds{10}));
  EXPECT_EQ(client.post("/api/v1/sync/manual").status, 503) << "told at once";
  database.start();
  EXPECT_TRUE(eventually([&] { return in_sync() == 900; }, seconds{30})) << service.log();
  cli.command({"SET", "session:after", session_text("after", 2)});
  EXPECT_TRUE(eventually([&] { return in_sync() == 901; }, seconds{10}));
}

} // namespace
} // namespace standings::test
