#include "tests/integration/api.hpp"
#include "tests/support/both_stores.hpp"
#include "tests/support/event_reader.hpp"
#include "tests/support/raw_redis.hpp"
#include "tests/support/servers.hpp"
#include "tests/support/service_under_test.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <thread>

namespace standings::test {
namespace {

const std::string live_path = api_root + "/daily/live";

std::int64_t first_score(const stream_event& event) {
  const auto board = event.json();
  const auto& entries = board.at("entries").as_array();
  return entries.empty() ? -1 : number(entries.at(0), "score");
}

/// Reads on until the first user has this score.
bool reaches(event_reader& stream, std::int64_t score) {
  for (;;) {
    const auto event = stream.next();
    if (event.event.empty())
      return false;
    if (event.event == "board" && first_score(event) == score)
      return true;
  }
}

TEST(LiveBoard, ShowsTheBoardItsChangesAndTheEnd) {
  service_under_test service;
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 3).status, 200);
  event_reader stream{service.port(), live_path};
  EXPECT_EQ(stream.head.status, 200);
  EXPECT_EQ(stream.head.header("content-type"), "text/event-stream");
  EXPECT_EQ(stream.next_block().value().retry, "2000");
  const auto first = stream.next();
  EXPECT_EQ(first.event, "board");
  EXPECT_EQ(first.data, client.get(api_root + "/daily").body);

  ASSERT_EQ(client.update("ann", 4).status, 200);
  const auto second = stream.next();
  EXPECT_EQ(first_score(second), 7);
  EXPECT_NE(second.id, first.id);

  event_reader again{service.port(), live_path, "Last-Event-ID: " + second.id + "\r\n"};
  event_reader behind{service.port(), live_path, "Last-Event-ID: " + first.id + "\r\n"};
  EXPECT_EQ(first_score(behind.next()), 7);
  ASSERT_EQ(client.post(admin_root + "/reset/daily").status, 200);
  EXPECT_EQ(first_score(again.next()), 0) << "nothing was repeated";
  EXPECT_EQ(first_score(stream.next()), 0);

  // Followers see that the cache was dropped only if loading it takes longer than the feed pauses.
  EXPECT_EQ(client.del(admin_root + "/cache").status, 200);
  ASSERT_EQ(client.update("ann", 5).status, 200);
  EXPECT_TRUE(reaches(stream, 5)) << "loaded again";

  EXPECT_EQ(service.stop(SIGTERM), 0);
  EXPECT_TRUE(stream.ends());
  service.start();
  event_reader after{service.port(), live_path, "Last-Event-ID: " + first.id + "\r\n"};
  EXPECT_EQ(first_score(after.next()), 5) << "the id of another state does not count";
}

TEST(LiveBoard, ChecksWhatItIsAskedFor) {
  const service_under_test service;
  const auto problem = [&](const std::string& path) {
    const auto answer = test::exchange(service.port(), get_request(path));
    return std::to_string(answer.status) + " " + answer.problem_code();
  };
  EXPECT_EQ(problem(live_path + "?limit=0"), "422 out_of_range");
  EXPECT_EQ(problem(live_path + "?limit=101"), "422 out_of_range");
  EXPECT_EQ(problem(live_path + "?limit=ten"), "400 malformed");
  EXPECT_EQ(problem(api_root + "/hourly/live"), "404 unknown_period");
  EXPECT_EQ(problem(user_path("live")), "404 unknown_user") << "a user may be called so";
  raw_connection head{service.port()};
  ASSERT_TRUE(head.send("HEAD " + live_path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_EQ(head.read(true).header("content-type"), "text/event-stream");
  event_reader old{std::make_unique<raw_connection>(service.port()),
                   "GET " + live_path + "?limit=1 HTTP/1.0\r\n\r\n"};
  EXPECT_EQ(number(old.next().json(), "limit"), 1);
}

const std::string named_root = "/api/leaderboards";

std::string named_live(const std::string& id) {
  return named_root + "/" + id + "/daily/live";
}

int update_named(http_client& client, const std::string& id, std::int64_t count) {
  return client
      .post(named_root + "/" + id + "/update",
            R"({"user_id":"ann","count":)" + std::to_string(count) + "}")
      .status;
}

TEST(NamedLiveBoard, ShowsTheBoardItsChangesAndThatItIsGone) {
  service_under_test service;
  auto client = service.client();
  for (const auto* id : {"acme.eu", "other"})
    ASSERT_EQ(client.put(named_root + "/" + id, "{}").status, 201);
  ASSERT_EQ(update_named(client, "acme.eu", 3), 200);
  event_reader stream{service.port(), named_live("acme.eu")};
  event_reader other{service.port(), named_live("other")};
  EXPECT_EQ(stream.head.header("content-type"), "text/event-stream");
  const auto first = stream.next();
  EXPECT_EQ(first.event, "board");
  EXPECT_EQ(first.data, client.get(named_root + "/acme.eu/daily").body);
  EXPECT_EQ(first_score(other.next()), -1) << "nobody is on it";
  ASSERT_EQ(update_named(client, "acme.eu", 4), 200);
  EXPECT_EQ(first_score(stream.next()), 7);
  ASSERT_EQ(client.post(named_root + "/acme.eu/admin/reset/daily").status, 200);
  EXPECT_TRUE(reaches(stream, 0));

  ASSERT_EQ(client.del(named_root + "/acme.eu").status, 200);
  const auto gone = stream.next();
  EXPECT_EQ(gone.event, "gone");
  EXPECT_EQ(text(gone.json(), "code"), "unknown_leaderboard");
  EXPECT_TRUE(stream.ends());
  const auto refused = exchange(service.port(), get_request(named_live("acme.eu")));
  EXPECT_EQ(refused.status, 404);
  EXPECT_EQ(refused.problem_code(), "unknown_leaderboard");

  ASSERT_EQ(update_named(client, "other", 2), 200);
  EXPECT_EQ(first_score(other.next()), 2) << "it goes on";
  ASSERT_EQ(client.put(named_root + "/acme.eu", R"({"restore":true})").status, 200);
  event_reader again{service.port(), named_live("acme.eu")};
  EXPECT_TRUE(reaches(again, 0));
}

TEST(NamedLiveBoard, ShowsWhatUsersCarryAsTheBoardDoes) {
  const service_under_test service;
  auto client = service.client();
  ASSERT_EQ(client.put(named_root + "/acme", "{}").status, 201);
  ASSERT_EQ(update_named(client, "acme", 3), 200);
  event_reader stream{service.port(), named_live("acme")};
  stream.next();
  const auto set = [&](const std::string& metadata) {
    return client.put(named_root + "/acme/user/ann/metadata", metadata).status;
  };
  ASSERT_EQ(set(R"({"name":"Ann"})"), 200);
  EXPECT_EQ(stream.next().data, client.get(named_root + "/acme/daily").body);
  ASSERT_EQ(set(R"({"name":"Anna"})"), 200);
  const auto event = stream.next();
  EXPECT_NE(event.data.find(R"("metadata":{"name":"Anna"})"), std::string::npos) << event.data;
  ASSERT_EQ(set("{}"), 200);
  EXPECT_EQ(stream.next().data.find("metadata"), std::string::npos);
}

TEST(NamedLiveBoard, LoadsAColdLeaderboardAfterAStart) {
  service_under_test service;
  {
    auto client = service.client();
    ASSERT_EQ(client.put(named_root + "/acme", "{}").status, 201);
    ASSERT_EQ(update_named(client, "acme", 3), 200);
  }
  EXPECT_EQ(service.stop(SIGTERM), 0);
  service.start();
  event_reader stream{service.port(), named_live("acme")};
  EXPECT_TRUE(reaches(stream, 3));
}

TEST(NamedLiveBoard, ChecksWhatItIsAskedFor) {
  const service_under_test service;
  ASSERT_EQ(service.client().put(named_root + "/acme", "{}").status, 201);
  const auto problem = [&](const std::string& path) {
    const auto answer = test::exchange(service.port(), get_request(path));
    return std::to_string(answer.status) + " " + answer.problem_code();
  };
  EXPECT_EQ(problem(named_live("acme") + "?limit=101"), "422 out_of_range");
  EXPECT_EQ(problem(named_root + "/acme/hourly/live"), "404 unknown_period");
  EXPECT_EQ(problem(named_live("Acme")), "422 invalid_leaderboard_id");
  EXPECT_EQ(problem(named_live("nowhere")), "404 unknown_leaderboard");
  EXPECT_EQ(problem(named_root + "/acme/user/live"), "404 unknown_user") << "that is a user";
}

TEST(NamedLiveBoard, OnRedisShowsWhatOthersWriteItsOutageAndThatAnotherInstanceArchivedIt) {
  const postgres_schema schema;
  redis_server redis;
  const auto settings = production_settings(schema.url(), redis.port());
  const service_under_test service{settings};
  const service_under_test other{settings};
  auto client = service.client();
  ASSERT_EQ(client.put(named_root + "/acme", "{}").status, 201);
  ASSERT_EQ(update_named(client, "acme", 3), 200);
  event_reader stream{service.port(), named_live("acme")};
  EXPECT_TRUE(reaches(stream, 3));
  auto elsewhere = other.client();
  ASSERT_EQ(update_named(elsewhere, "acme", 4), 200);
  EXPECT_TRUE(reaches(stream, 7)) << "written by another instance";
  redis.kill();
  EXPECT_EQ(stream.next().event, "unavailable");
  redis.start();
  EXPECT_TRUE(reaches(stream, 7)) << "loaded again from the database";
  ASSERT_EQ(elsewhere.del(named_root + "/acme").status, 200);
  auto event = stream.next();
  while (event.event == "board" || event.event == "unavailable")
    event = stream.next();
  EXPECT_EQ(event.event, "gone");
  EXPECT_TRUE(stream.ends());
}

TEST(LiveBoard, OnRedisShowsWhatOthersWriteAndItsOutage) {
  redis_server redis;
  service_under_test service{{"cache.backend=redis", "cache.port=" + std::to_string(redis.port())}};
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 3).status, 200);
  event_reader stream{service.port(), live_path};
  EXPECT_EQ(first_score(stream.next()), 3);
  ASSERT_EQ(client.update("ann", 1).status, 200);
  EXPECT_EQ(first_score(stream.next()), 4);
  raw_redis{redis.port()}.command({"ZADD", "leaderboard:daily", "50", "ben"});
  EXPECT_TRUE(reaches(stream, 50)) << "written by another program";
  redis.kill();
  auto event = stream.next();
  EXPECT_EQ(event.event, "unavailable");
  EXPECT_EQ(text(event.json(), "code"), "store_unavailable");
  redis.start();
  EXPECT_TRUE(reaches(stream, 4)) << "loaded again from the database";
}

} // namespace
} // namespace standings::test
