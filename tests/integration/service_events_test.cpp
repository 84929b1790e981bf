#include "tests/support/event_reader.hpp"
#include "tests/support/sync_test.hpp"

#include <boost/json.hpp>

namespace standings::test {
namespace {

/// Reads on until an event of that kind and state; returns its data.
boost::json::object await_event(event_reader& stream, const std::string& kind,
                                const std::string& state) {
  for (;;) {
    const auto event = stream.next();
    if (event.event.empty()) {
      ADD_FAILURE() << "no " << kind << " " << state;
      return {};
    }
    auto data = event.json().as_object();
    EXPECT_EQ(data.at("kind").as_string(), event.event);
    for (const auto* name : {"at", "text"})
      EXPECT_TRUE(data.contains(name)) << event.data;
    if (event.event == kind && data.at("state").as_string() == state)
      return data;
  }
}

class ServiceEvents : public SyncTest {};

TEST_F(ServiceEvents, TellWhatHappensAndGoOnWhereAClientLeft) {
  fill(30);
  event_reader stream{service->port(), "/api/events"};
  EXPECT_EQ(stream.head.header("content-type"), "text/event-stream");
  EXPECT_EQ(await_event(stream, "rebuild", "completed").at("done"), 0) << "at the start";

  run();
  const auto whole = await_event(stream, "run", "completed");
  EXPECT_EQ(whole.at("done"), 30);
  EXPECT_EQ(whole.at("total"), 30);
  EXPECT_FALSE(whole.at("dry_run").as_bool());

  for (int i = 0; i < 5; ++i)
    other().remove(user(i));
  EXPECT_TRUE(held(run()));
  EXPECT_TRUE(await_event(stream, "held", "held").contains("reason"));
  EXPECT_TRUE(await_event(stream, "run", "completed").at("deletes_held").as_bool());
  const auto released = run(R"({"force":true})");
  const auto id = std::string{released.at("run_id").as_string()};
  EXPECT_EQ(await_event(stream, "held", "released").at("run_id").as_string(), id);
  auto client = service->client();
  ASSERT_EQ(client.post(sync_root + "/runs/" + id + "/undo").status, 200);
  EXPECT_EQ(await_event(stream, "held", "undone").at("restored"), 5);

  ASSERT_EQ(client.post("/api/redis-leaderboard/admin/reset/weekly").status, 200);
  EXPECT_EQ(await_event(stream, "reset", "reset").at("period").as_string(), "weekly");
  ASSERT_EQ(client.post("/api/redis-leaderboard/admin/sync").status, 200);
  event_reader late{service->port(), "/api/events"};
  await_event(late, "reset", "reset");
  await_event(late, "rebuild", "completed");

  redis.kill();
  // listeners of the same Redis are away, too
  while (await_event(stream, "outage", "began").at("component").as_string() != "cache") {
  }
  redis.start();
  await_event(stream, "outage", "ended");
}

TEST_F(ServiceEvents, AreNumbered) {
  event_reader first{service->port(), "/api/events"};
  const auto one = first.next();
  auto client = service->client();
  ASSERT_EQ(client.post("/api/redis-leaderboard/admin/reset/weekly").status, 200);
  auto last = first.next();
  while (last.event != "reset")
    last = first.next();
  event_reader again{service->port(), "/api/events", "Last-Event-ID: " + last.id + "\r\n"};
  ASSERT_EQ(client.post("/api/redis-leaderboard/admin/reset/daily").status, 200);
  EXPECT_EQ(again.next().json().at("period"), "daily");
  service->stop(SIGTERM);
  service->start();
  event_reader after{service->port(), "/api/events", "Last-Event-ID: " + last.id + "\r\n"};
  EXPECT_EQ(after.next().event, "rebuild") << "what the new process has told from its start";
}

} // namespace
} // namespace standings::test
