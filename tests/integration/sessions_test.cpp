#include "tests/support/session_service.hpp"

#include <gmock/gmock.h>
#include <signal.h>

#include <set>

namespace standings::test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

using texts = std::map<std::string, std::string>;

/// The recorded sessions, topped up with our own.
texts all_sessions() {
  auto out = recorded_sessions();
  for (int i = 0; out.size() < 500; ++i)
    out.emplace("s" + std::to_string(i), session_text("s" + std::to_string(i), 15));
  return out;
}

/// The number of messages that differ from each other: these texts have no message_id.
std::int64_t distinct_messages(const texts& all) {
  std::set<std::string> keys;
  for (const auto& [id, text] : all) {
    const auto session = boost::json::parse(text);
    for (const auto& m : session.at("messages").as_array())
      keys.insert(id + '\0' + boost::json::serialize(m));
  }
  return static_cast<std::int64_t>(keys.size());
}

class Sessions : public testing::TestWithParam<bool> {
protected:
  response post(const std::string& path) {
    return with.running->client().post("/api/v1/sync/" + path);
  }

  session_service with{GetParam()};
};

TEST_P(Sessions, WrittenBeforeTheStartAreRows) {
  const auto all = all_sessions();
  for (const auto& [id, text] : all)
    with.write(id, text);
  with.start();
  const auto messages = distinct_messages(all);
  EXPECT_TRUE(with.arrive(500, messages));
  EXPECT_EQ(with.compared("in_sync"), 500);
  EXPECT_EQ(with.compared("only_in_redis") + with.compared("differs"), 0);
  EXPECT_EQ(post("manual").json().at("messages_added"), 0);
  ASSERT_EQ(with.running->stop(SIGTERM), 0);
  with.start();
  EXPECT_TRUE(
      eventually([&] { return with.status().at("full_sync").at("completed") == 1; }, seconds{10}));
  EXPECT_TRUE(with.arrive(500, messages));
}

TEST_P(Sessions, WrittenWhileItRunsAreRowsWithoutACall) {
  with.start();
  ASSERT_TRUE(
      eventually([&] { return with.status().at("full_sync").at("completed") != 0; }, seconds{10}));
  const auto all = all_sessions();
  for (int round = 0; round < 2; ++round)
    for (const auto& [id, text] : all)
      with.write(id, text);
  EXPECT_TRUE(with.arrive(500, distinct_messages(all)));
  EXPECT_TRUE(eventually([&] { return with.compared("in_sync") == 500; }, seconds{10}));
  EXPECT_EQ(with.status().at("full_sync").at("completed"), 1) << "hints alone did it";
}

TEST_P(Sessions, AnAppendedMessageBecomesARow) {
  with.start();
  for (int count = 1; count <= 30; ++count) {
    with.write("s1", session_text("s1", count));
    ASSERT_TRUE(with.arrive(1, count)) << count;
  }
  const auto lag = with.status().at("lag_ms");
  EXPECT_GE(lag.at("samples").to_number<int>(), 1);
  EXPECT_GT(lag.at("p99").to_number<double>(), 0.0);
  EXPECT_EQ(with.rows("users"), 2);
  EXPECT_EQ(with.rows("groups"), 1);
  EXPECT_EQ(with.number("SELECT count(*) FROM messages m JOIN sessions s ON s.id = m.session_id"
                        " JOIN users u ON u.id = m.sender_id WHERE s.external_id = 's1'"
                        " AND u.external_id IN ('ann', 'bob')"),
            30);
}

TEST_P(Sessions, MessagesOnTheChannelNameASession) {
  with.start();
  ASSERT_TRUE(eventually([&] { return with.status().at("redis_connected") == true; }, seconds{10}));
  const auto cli = with.cli();
  cli.command({"PUBLISH", "session_updates", "s1"});
  cli.command({"PUBLISH", "session_updates", R"({"session_id":"s1"})"});
  cli.command({"PUBLISH", "session_updates", "{}"});
  EXPECT_TRUE(eventually(
      [&] {
        const auto hints = with.status().at("hints");
        return hints.at("received") == 2 && hints.at("ignored") == 1;
      },
      seconds{10}));
}

TEST_P(Sessions, RoutesSyncAndCompare) {
  with.start();
  with.write("s1", session_text("s1", 3));
  with.write("odd id/ü", session_text("odd id/ü", 1));
  with.write("bad", "{");
  EXPECT_EQ(post("session/s1").json().at("success"), true);
  EXPECT_EQ(post("session/" + encoded("odd id/ü")).status, 200);
  EXPECT_EQ(post("session/nobody").problem_code(), "unknown_session");
  const auto bad = post("session/bad");
  EXPECT_EQ(bad.status, 422);
  EXPECT_EQ(bad.problem_code(), "invalid_session");
  EXPECT_THAT(bad.body, HasSubstr("not valid JSON"));
  const auto manual = post("manual").json();
  EXPECT_EQ(manual.at("sessions_read"), 3);
  EXPECT_EQ(manual.at("quarantine_reasons").at("not valid JSON"), 1);
  EXPECT_EQ(with.compared("in_sync"), 2);
  EXPECT_EQ(with.compared("unreadable"), 1);
  auto client = with.running->client();
  EXPECT_EQ(client.get("/api/v1/sync/sessions/compare?cursor=x").status, 422);
  EXPECT_EQ(client.get("/api/v1/sync/sessions/compare?limit=0").status, 422);
  EXPECT_EQ(client.get("/api/v1/sync/manual").status, 405);
}

TEST_P(Sessions, StatusSaysHowItStands) {
  with.start();
  ASSERT_TRUE(
      eventually([&] { return with.status().at("full_sync").at("completed") != 0; }, seconds{10}));
  const auto status = with.status();
  EXPECT_EQ(status.at("sync_enabled"), true);
  EXPECT_EQ(status.at("redis_connected"), true);
  EXPECT_EQ(status.at("service_status"), "running");
  EXPECT_EQ(status.at("mode"), "notifications");
  EXPECT_TRUE(status.at("notice").is_null());
  EXPECT_THAT(with.running->client().get("/readyz").body, HasSubstr("key_listener"));
}

TEST_P(Sessions, TheCommandLineSyncsComparesAndTells) {
  with.write("s1", session_text("s1", 3));
  with.write("s2", session_text("s2", 3));
  with.running = std::make_unique<service_under_test>([&] {
    auto off = with.settings;
    off.push_back("sessions.enabled=false");
    return off;
  }());
  EXPECT_EQ(with.status().at("service_status"), "disabled");
  EXPECT_EQ(post("manual").problem_code(), "feature_disabled");
  std::vector<std::string> common;
  for (const auto& setting : with.settings)
    common.insert(common.end(), {"--set", setting});
  common.insert(common.end(), {"--set", "database.path=" + with.running->database()});
  const auto cli = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "sessions");
    words.insert(words.end(), common.begin(), common.end());
    return run(STANDINGS_BINARY, words);
  };
  EXPECT_EQ(cli({"compare"}).exit_code, 1);
  EXPECT_THAT(cli({"sync", "s1"}).output, HasSubstr("1 session read, 1 created"));
  EXPECT_EQ(cli({"sync", "nobody"}).exit_code, 1);
  EXPECT_THAT(cli({"compare"}).output, HasSubstr("only_in_redis\ts2"));
  EXPECT_EQ(cli({"sync"}).exit_code, 0);
  const auto equal = cli({"compare"});
  EXPECT_EQ(equal.exit_code, 0) << equal.output;
  EXPECT_THAT(equal.output, HasSubstr("in_sync: 2"));
  const auto status = cli({"status", "--port", std::to_string(with.running->port())});
  EXPECT_THAT(status.output, HasSubstr("service status:      disabled"));
  EXPECT_EQ(status.exit_code, 1);
}

STANDINGS_OVER_DATABASES(Sessions);

TEST(SessionsOfTwoInstances, AreRowsOnce) {
  session_service with{true};
  with.start();
  service_under_test other{with.settings};
  for (int round = 0; round < 20; ++round)
    for (int i = 0; i < 20; ++i)
      with.write("s" + std::to_string(i), session_text("s" + std::to_string(i), round + 1));
  EXPECT_TRUE(with.arrive(20, 400));
  EXPECT_TRUE(eventually([&] { return with.compared("in_sync") == 20; }, seconds{10}));
  EXPECT_EQ(other.client().post("/api/v1/sync/manual").status, 200);
  EXPECT_EQ(with.rows("messages"), 400);
  EXPECT_EQ(with.rows("users"), 2);
}

TEST(SessionsWithoutRedis, AreSwitchedOff) {
  service_under_test service;
  auto client = service.client();
  const auto status = client.get("/api/v1/sync/status").json();
  EXPECT_EQ(status.at("sync_enabled"), false);
  EXPECT_EQ(status.at("service_status"), "disabled");
  EXPECT_EQ(client.post("/api/v1/sync/manual").status, 409);
  EXPECT_EQ(client.get("/api/v1/sync/sessions/compare").status, 409);
}

} // namespace
} // namespace standings::test
