#include "core/base/exact_json.hpp"
#include "core/base/time.hpp"
#include "tests/integration/api.hpp"
#include "tests/support/either_stores.hpp"
#include "tests/support/event_reader.hpp"
#include "tests/support/service_under_test.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace standings::test {
namespace {

const std::string root = "/api/leaderboards";

/// The whole program on each pair of stores.
class NamedLeaderboards : public EitherStores {
protected:
  NamedLeaderboards() { service_.emplace(store_settings()); }

  response make(const std::string& id, const std::string& settings = "{}") {
    return client().put(root + "/" + id, settings);
  }

  response update(const std::string& id, const std::string& user, std::int64_t count) {
    return client().post(root + "/" + id + "/update",
                         R"({"user_id":")" + user + R"(","count":)" + std::to_string(count) + "}");
  }

  std::vector<standing> board(const std::string& id, const std::string& period = "daily") {
    return whole_board(client(), root + "/" + id + "/" + period);
  }

  http_client& client() {
    if (!client_)
      client_.emplace(service_->client());
    return *client_;
  }

  std::optional<service_under_test> service_;
  std::optional<http_client> client_;
};
INSTANTIATE_TEST_SUITE_P(On, NamedLeaderboards, testing::Values("embedded", "servers"),
                         [](const auto& with) { return std::string{with.param}; });

TEST_P(NamedLeaderboards, AreMadeChangedListedArchivedAndRestored) {
  const auto made = make("acme.eu", R"({"mode":"best","max_count":500,"metadata":{"n":"EU"}})");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(text(made.json(), "id"), "acme.eu");
  EXPECT_EQ(text(made.json().at("settings"), "mode"), "best");
  EXPECT_EQ(make("acme.eu", R"({"max_count":600})").status, 200);
  const auto described = client().get(root + "/acme.eu").json();
  EXPECT_EQ(number(described.at("settings"), "max_count"), 600);
  EXPECT_EQ(text(described.at("settings"), "mode"), "best") << "what is not named stays";
  EXPECT_EQ(number(described, "users"), 0);
  make("other");
  const auto listed = client().get(root + "?tenant=acme").json();
  ASSERT_EQ(listed.at("leaderboards").as_array().size(), 1U);
  EXPECT_TRUE(listed.at("next").is_null());
  EXPECT_EQ(update("acme.eu", "ann", 7).status, 200);
  EXPECT_EQ(client().del(root + "/acme.eu").status, 200);
  EXPECT_EQ(client().get(root + "/acme.eu/daily").problem_code(), "unknown_leaderboard");
  EXPECT_EQ(update("acme.eu", "ann", 7).problem_code(), "unknown_leaderboard");
  EXPECT_EQ(client().put(root + "/acme.eu", R"({"restore":true})").status, 200);
  EXPECT_EQ(board("acme.eu"), (std::vector<standing>{{"ann", 7}}));
}

TEST_P(NamedLeaderboards, AreListedWithTheDayOfTheirPurgeWhileTheyAreArchived) {
  for (const auto* id : {"acme.eu", "acme.us", "other"})
    make(id);
  for (const auto* id : {"acme.us", "other"})
    ASSERT_EQ(client().del(root + "/" + id).status, 200);
  const auto listed = client().get(root + "?archived=true&tenant=acme").json();
  ASSERT_EQ(listed.at("leaderboards").as_array().size(), 1U);
  const auto& found = listed.at("leaderboards").as_array().at(0);
  EXPECT_EQ(text(found, "id"), "acme.us");
  EXPECT_EQ(*parse_iso8601(text(found, "purged_at")) - *parse_iso8601(text(found, "archived_at")),
            std::chrono::days{30});
  const auto page = client().get(root + "?archived=true&limit=1").json();
  EXPECT_EQ(text(page, "next"), "acme.us");
  const auto rest = client().get(root + "?archived=true&limit=1&after=acme.us").json();
  EXPECT_EQ(text(rest.at("leaderboards").as_array().at(0), "id"), "other");
  const auto others = client().get(root + "?archived=false").json().at("leaderboards").as_array();
  ASSERT_EQ(others.size(), 1U);
  EXPECT_FALSE(others[0].as_object().contains("archived_at"));
  const auto refused = client().get(root + "?archived=yes");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(text(refused.json(), "field"), "archived");
}

TEST_P(NamedLeaderboards, ShowWhatUsersCarryWhereTheyShowThem) {
  make("acme");
  update("acme", "ann", 5);
  update("acme", "bob", 3);
  const auto metadata_of = root + "/acme/user/ann/metadata";
  const auto set = client().put(metadata_of, R"( {"name": "Ann", "tags": [1, null]} )");
  ASSERT_EQ(set.status, 200);
  const auto carried = boost::json::parse(R"({"name":"Ann","tags":[1,null]})");
  EXPECT_EQ(set.json().at("metadata"), carried);
  const auto entries = client().get(root + "/acme/daily").json().at("entries").as_array();
  EXPECT_EQ(entries.at(0).at("metadata"), carried);
  EXPECT_FALSE(entries.at(1).as_object().contains("metadata"));
  EXPECT_EQ(client().get(root + "/acme/user/ann").json().at("metadata"), carried);
  const auto around = client().get(root + "/acme/user/bob/around/daily").json();
  EXPECT_EQ(around.at("above").as_array().at(0).at("metadata"), carried);
  const auto ranks =
      client().post(root + "/acme/ranks/daily", R"({"user_ids":["ann","bob"]})").json();
  EXPECT_EQ(ranks.at("entries").as_array().at(0).at("metadata"), carried);
  EXPECT_EQ(client().put(metadata_of, "[]").problem_code(), "malformed");
  const auto endless = client().put(metadata_of, R"({"a":[1e999]})");
  EXPECT_EQ(endless.problem_code(), "out_of_range");
  EXPECT_EQ(text(endless.json(), "field"), "metadata");
  EXPECT_EQ(client().get(root + "/acme/user/ann").json().at("metadata"), carried);
  EXPECT_EQ(
      client().put(metadata_of, R"({"x":")" + std::string(1'020, 'x') + R"("})").problem_code(),
      "out_of_range");
  EXPECT_EQ(client().put(root + "/acme/user/eve/metadata", "{}").problem_code(), "unknown_user");
  EXPECT_EQ(client().put(metadata_of, "{}").status, 200);
  EXPECT_FALSE(client().get(root + "/acme/user/ann").json().as_object().contains("metadata"));
}

TEST_P(NamedLeaderboards, ShowTheNumbersOfMetadataAsTheyWereWritten) {
  const std::string written =
      R"({"a":0.9522444552911937,"b":[-0.0,5e-324,1e-400,1E5],"c":2.2250738585072011e-308})";
  const auto numbers = json_object_in(written).value();
  const auto read = [](const std::string& body) {
    return json::value(json_object_in(body).value_or(json::object{}));
  };
  const auto of_leaderboard = [&](const json::value& described) {
    return described.at("settings").at("metadata");
  };
  const auto made = make("acme", R"({"metadata":)" + written + "}");
  EXPECT_EQ(of_leaderboard(read(made.body)), numbers);
  for (const auto* change : {R"({"max_count":7})", R"({"max_count":8})"})
    EXPECT_EQ(of_leaderboard(read(make("acme", change).body)), numbers) << change;
  EXPECT_EQ(of_leaderboard(read(client().get(root + "/acme").body)), numbers);
  const auto listed = read(client().get(root + "?tenant=acme").body);
  EXPECT_EQ(of_leaderboard(listed.at("leaderboards").at(0)), numbers);

  update("acme", "ann", 5);
  const auto set = client().put(root + "/acme/user/ann/metadata", written);
  EXPECT_EQ(read(set.body).at("metadata"), numbers);
  EXPECT_EQ(read(client().get(root + "/acme/user/ann").body).at("metadata"), numbers);
  const auto board = read(client().get(root + "/acme/daily").body);
  EXPECT_EQ(board.at("entries").at(0).at("metadata"), numbers);
  event_reader live{service_->port(), root + "/acme/daily/live"};
  EXPECT_EQ(read(live.next().data).at("entries").at(0).at("metadata"), numbers);
}

TEST_P(NamedLeaderboards, KeepBoardsOfPeriodsThatEnded) {
  make("acme");
  update("acme", "ann", 5);
  update("acme", "bob", 7);
  EXPECT_TRUE(client().get(root + "/acme/yearly/past").json().at("past").as_array().empty());
  ASSERT_EQ(client().post(root + "/acme/admin/reset/yearly", "").status, 200);
  update("acme", "ann", 1);
  const auto past = client().get(root + "/acme/yearly/past").json().at("past").as_array();
  ASSERT_EQ(past.size(), 1U);
  const auto path = root + "/acme/yearly/past?start=" + text(past.at(0), "started_at");
  const auto board = client().get(path).json();
  EXPECT_EQ(number(board, "total_users"), 2);
  EXPECT_EQ(text(board.at("entries").as_array().at(0), "user_id"), "bob");
  EXPECT_EQ(number(board.at("entries").as_array().at(1), "score"), 5);
  const auto second = client().get(path + "&offset=1&limit=1").json().at("entries").as_array();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(number(second.at(0), "rank"), 2);
  EXPECT_EQ(client().get(root + "/acme/yearly/past?start=2999-01-01T00:00:00Z").problem_code(),
            "unknown_period");
  EXPECT_EQ(client().get(root + "/acme/yearly/past?start=then").problem_code(), "out_of_range");
  client().post(api_root + "/update", R"({"user_id":"ann","count":3})");
  ASSERT_EQ(client().post(api_root + "/admin/reset/daily", "").status, 200);
  const auto of_default = client().get(api_root + "/daily/past").json().at("past").as_array();
  ASSERT_EQ(of_default.size(), 1U);
  EXPECT_EQ(number(client()
                       .get(api_root + "/daily/past?start=" + text(of_default.at(0), "started_at"))
                       .json()
                       .at("entries")
                       .as_array()
                       .at(0),
                   "score"),
            3);
}

TEST_P(NamedLeaderboards, HaveBoardsAndRanksOfTheirOwn) {
  make("acme");
  make("lone");
  for (const auto& [user, count] : {std::pair{"ann", 5}, {"bob", 9}, {"ann", 1}})
    ASSERT_EQ(update("acme", user, count).status, 200);
  EXPECT_EQ(board("acme"), (std::vector<standing>{{"bob", 9}, {"ann", 6}}));
  EXPECT_TRUE(board("lone").empty());
  EXPECT_TRUE(whole_board(client(), api_root + "/daily").empty());
  const auto rank = client().get(root + "/acme/user/ann/rank/yearly").json();
  EXPECT_EQ(number(rank, "rank"), 2);
  EXPECT_EQ(number(rank, "total_users"), 2);
  EXPECT_EQ(number(client().get(root + "/acme/user/ann").json(), "daily_pomo"), 6);
  const auto around = client().get(root + "/acme/user/ann/around/daily").json();
  EXPECT_EQ(text(around.at("above").as_array().at(0), "user_id"), "bob");
  const auto friends =
      client().post(root + "/acme/ranks/daily", R"({"user_ids":["ann","nobody"]})").json();
  EXPECT_EQ(number(friends.at("entries").as_array().at(0), "rank_among"), 1);
  EXPECT_EQ(client().get(root + "/acme/user/nobody").problem_code(), "unknown_user");
  EXPECT_EQ(client().del(root + "/acme/user/bob").status, 200);
  EXPECT_EQ(board("acme"), (std::vector<standing>{{"ann", 6}}));
}

TEST_P(NamedLeaderboards, CountOneUpdateInSeveralAndInWhatTheyFeed) {
  make("global");
  make("acme.eu", R"({"feeds":["global","default"]})");
  make("acme.us", R"({"feeds":["global"]})");
  const auto done = client().post(
      root + "/update", R"({"user_id":"ann","count":4,"leaderboards":["acme.eu","acme.us"]})");
  ASSERT_EQ(done.status, 200);
  EXPECT_EQ(done.json().at("leaderboards").as_array().size(), 4U);
  for (const auto* id : {"global", "acme.eu", "acme.us"})
    EXPECT_EQ(board(id), (std::vector<standing>{{"ann", 4}})) << id;
  EXPECT_EQ(whole_board(client(), api_root + "/daily"), (std::vector<standing>{{"ann", 4}}));
  ASSERT_EQ(client().update("ann", 1).status, 200);
  EXPECT_EQ(whole_board(client(), api_root + "/daily"), (std::vector<standing>{{"ann", 5}}));
  EXPECT_EQ(board("global"), (std::vector<standing>{{"ann", 4}})) << "feeds lead one way";
  const auto refused =
      client().post(root + "/update", R"({"user_id":"ann","leaderboards":["acme.eu","nowhere"]})");
  EXPECT_EQ(refused.problem_code(), "unknown_leaderboard");
  EXPECT_EQ(board("acme.eu"), (std::vector<standing>{{"ann", 4}}));
}

TEST_P(NamedLeaderboards, MayHaveTheLowestFirst) {
  make("laps", R"({"mode":"best","order":"asc","max_count":100000})");
  for (const auto& [user, time] : {std::pair{"ann", 61}, {"bob", 59}, {"ann", 58}, {"cat", 59}})
    ASSERT_EQ(update("laps", user, time).status, 200);
  EXPECT_EQ(board("laps"), (std::vector<standing>{{"ann", 58}, {"bob", 59}, {"cat", 59}}));
  EXPECT_EQ(client().post(root + "/laps/admin/reset/daily").status, 200);
  EXPECT_TRUE(board("laps").empty());
  EXPECT_EQ(board("laps", "weekly").size(), 3U);
  EXPECT_EQ(client().get(root + "/laps/user/ann").status, 200);
  for (const auto* place : {"/rank/daily", "/around/daily"}) {
    const auto none = client().get(root + "/laps/user/ann" + place);
    EXPECT_EQ(none.status, 404);
    EXPECT_EQ(none.problem_code(), "not_on_board");
    EXPECT_EQ(text(none.json(), "field"), "user_id");
    EXPECT_EQ(client().get(root + "/laps/user/eve" + place).problem_code(), "unknown_user");
  }
  EXPECT_EQ(client().get(root + "/laps/user/ann/rank/weekly").status, 200);
  ASSERT_EQ(update("laps", "cat", 70).status, 200);
  EXPECT_EQ(board("laps"), (std::vector<standing>{{"cat", 70}}));
  EXPECT_EQ(board("laps", "yearly").at(1), (standing{"bob", 59}));
}

TEST_P(NamedLeaderboards, CountAKeyOnce) {
  make("acme", R"({"feeds":["default"]})");
  const auto send = [&] {
    return client().post(root + "/acme/update", R"({"user_id":"ann","count":3})",
                         {{"Idempotency-Key", "once"}});
  };
  EXPECT_EQ(send().header("Idempotent-Replayed"), "");
  EXPECT_EQ(send().header("Idempotent-Replayed"), "true");
  EXPECT_EQ(board("acme"), (std::vector<standing>{{"ann", 3}}));
  EXPECT_EQ(whole_board(client(), api_root + "/daily"), (std::vector<standing>{{"ann", 3}}));
}

TEST_P(NamedLeaderboards, RefuseWhatIsWrongWithItsField) {
  make("acme");
  const auto field_of = [](const response& refused) {
    EXPECT_GE(refused.status, 400);
    return text(refused.json(), "field");
  };
  EXPECT_EQ(field_of(make("bad", R"({"mode":"max"})")), "mode");
  EXPECT_EQ(field_of(make("bad", R"({"order":"up"})")), "order");
  EXPECT_EQ(field_of(make("bad", R"({"time_zone":"Mars/Base"})")), "time_zone");
  EXPECT_EQ(field_of(make("bad", R"({"feeds":["nowhere"]})")), "feeds");
  EXPECT_EQ(field_of(make("acme", R"({"mode":"best"})")), "mode");
  EXPECT_EQ(field_of(make("Acme")), "leaderboard");
  EXPECT_EQ(field_of(make("default")), "leaderboard");
  EXPECT_EQ(make("update").status, 405) << "there is a route of that name";
  EXPECT_EQ(field_of(update("acme", "ann", 10'001)), "count");
  const auto of_several = [&](const std::string& count, const std::string& ids) {
    return field_of(client().post(root + "/update", R"({"user_id":"ann","count":)" + count
                                                        + R"(,"leaderboards":)" + ids + "}"));
  };
  EXPECT_EQ(of_several("10001", R"(["acme"])"), "count");
  EXPECT_EQ(of_several("1", R"(["acme","nowhere"])"), "leaderboards");
  EXPECT_EQ(field_of(update("nowhere", "ann", 1)), "leaderboard");
  make("most", R"({"max_count":9007199254740991})");
  ASSERT_EQ(update("most", "ann", 9'007'199'254'740'000).status, 200);
  EXPECT_EQ(of_several("5000", R"(["most"])"), "count") << "it would overflow";
  EXPECT_EQ(field_of(update("most", "ann", 5'000)), "count");
  EXPECT_EQ(client().get(root + "/bad/daily").problem_code(), "unknown_leaderboard");
  EXPECT_EQ(client().get(root + "/acme/hourly").problem_code(), "unknown_period");
}

TEST_P(NamedLeaderboards, AnswerARepeatAlsoIfTheyWouldNotCountItAnyMore) {
  make("acme");
  const auto send = [&](const std::string& key) {
    return client().post(root + "/acme/update", R"({"user_id":"ann","count":3})",
                         {{"Idempotency-Key", key}});
  };
  const auto send_batch = [&](const std::string& key) {
    const auto done =
        client().post(root + "/acme/update/batch", R"({"updates":[{"user_id":"bob","count":3}]})",
                      {{"Idempotency-Key", key}});
    return number(done.json(), "applied");
  };
  ASSERT_EQ(send("one").status, 200);
  ASSERT_EQ(send_batch("two"), 1);
  make("acme", R"({"max_count":2})");
  EXPECT_EQ(send("one").header("Idempotent-Replayed"), "true");
  EXPECT_EQ(send_batch("two"), 1);
  const auto refused = send("three");
  EXPECT_EQ(refused.problem_code(), "invalid_count");
  EXPECT_EQ(text(refused.json(), "field"), "count");
  EXPECT_EQ(send_batch("four"), 0);
  EXPECT_EQ(board("acme"), (std::vector<standing>{{"bob", 3}, {"ann", 3}}));
}

TEST_P(NamedLeaderboards, TakeNoValueThatIsNotThere) {
  make("laps", R"({"mode":"best","order":"asc","max_count":100000})");
  make("last", R"({"mode":"latest"})");
  make("sum", R"({"feeds":["last"]})");
  const auto send = [&](const std::string& ids) {
    return client().post(root + "/update", R"({"user_id":"ann","leaderboards":)" + ids + "}");
  };
  for (const auto* ids : {R"(["laps"])", R"(["sum","laps"])", R"(["default","last"])"}) {
    const auto refused = send(ids);
    EXPECT_EQ(refused.status, 400) << ids;
    EXPECT_EQ(text(refused.json(), "field"), "count") << ids;
  }
  EXPECT_TRUE(board("laps").empty());
  EXPECT_EQ(send(R"(["sum","default"])").status, 200);
  EXPECT_EQ(board("sum"), (std::vector<standing>{{"ann", 1}}));
}

TEST_P(NamedLeaderboards, CountInNoMoreThanSixtyFourAtOnce) {
  std::string named;
  for (int i = 0; i < 8; ++i) {
    std::string feeds;
    for (int k = 0; k < 8; ++k) {
      const auto id = "fed.x" + std::to_string(i) + std::to_string(k);
      make(id);
      feeds += (k > 0 ? ",\"" : "\"") + id + "\"";
    }
    const auto id = "feeder.x" + std::to_string(i);
    make(id, R"({"feeds":[)" + feeds + "]}");
    named += (i > 0 ? ",\"" : "\"") + id + "\"";
  }
  const auto update_all = [&](const std::string& ids) {
    return client().post(root + "/update",
                         R"({"user_id":"ann","count":1,"leaderboards":[)" + ids + "]}");
  };
  const auto refused = update_all(named);
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(text(refused.json(), "field"), "leaderboards");
  EXPECT_TRUE(board("fed.x00").empty());
  EXPECT_EQ(update_all(named.substr(0, named.rfind(','))).status, 200) << "of 63";
}

TEST_P(NamedLeaderboards, ABatchCountsItemByItem) {
  make("acme");
  const auto batch = client().post(
      root + "/acme/update/batch",
      R"({"updates":[{"user_id":"ann","count":2},{"user_id":""},{"user_id":"bob"}]})");
  ASSERT_EQ(batch.status, 200);
  EXPECT_EQ(number(batch.json(), "applied"), 2);
  EXPECT_EQ(board("acme"), (std::vector<standing>{{"ann", 2}, {"bob", 1}}));
}

TEST_P(NamedLeaderboards, AreThereAfterARestart) {
  make("global");
  make("acme", R"({"feeds":["global"]})");
  for (int i = 0; i < 50; ++i)
    ASSERT_EQ(update("acme", "user" + std::to_string(i), i + 1).status, 200);
  const auto before = board("global", "monthly");
  EXPECT_EQ(before.size(), 50U);
  client_.reset();
  service_->kill();
  service_->start();
  EXPECT_EQ(board("global", "monthly"), before);
  EXPECT_EQ(board("acme", "monthly"), before);
  const auto status = client().get(root + "/acme/admin/status").json();
  EXPECT_TRUE(status.at("complete").as_bool());
  EXPECT_EQ(number(status, "database_users"), 50);
  EXPECT_EQ(number(status, "daily_count"), 50);
}

TEST_P(NamedLeaderboards, AreListedOnlyAfterWhatMayBeAnId) {
  make("acme");
  for (const auto* after : {"%ff", "a%00", "%ed%a0%80"}) {
    const auto refused = client().get(root + "?after=" + after);
    EXPECT_EQ(refused.status, 422) << after;
    EXPECT_EQ(refused.problem_code(), "out_of_range") << after;
    EXPECT_EQ(text(refused.json(), "field"), "after") << after;
  }
  EXPECT_EQ(text(client().get(root + "?tenant=%ff").json(), "field"), "tenant");
  const auto listed = client().get(root + "?after=ab").json().at("leaderboards").as_array();
  EXPECT_EQ(listed.size(), 1U) << "no leaderboard has that id, but a place";
}

class NamedOnServers : public NamedLeaderboards {
protected:
  /// The report of a run of reconcile, after one that may be under way.
  json::value reconcile() {
    response out;
    EXPECT_TRUE(eventually(
        [&] {
          out = client().post("/api/periodic-sync/sync");
          return out.status == 200;
        },
        std::chrono::seconds{20}))
        << out.body;
    return out.json();
  }
};
INSTANTIATE_TEST_SUITE_P(On, NamedOnServers, testing::Values("servers"),
                         [](const auto& with) { return std::string{with.param}; });

TEST_P(NamedOnServers, HaveTheDocumentedKeysAndLeaveTheDefaultOnesAlone) {
  make("acme.eu");
  ASSERT_EQ(update("acme.eu", "ann", 5).status, 200);
  ASSERT_EQ(client().update("bob", 3).status, 200);
  EXPECT_EQ(board("acme.eu").size(), 1U);
  const raw_redis cli{redis_->port()};
  EXPECT_EQ(cli.word({"ZSCORE", "leaderboard:{acme.eu}:daily", "ann"}), "5");
  EXPECT_EQ(cli.word({"TYPE", "user:details:{acme.eu}:ann"}), "string");
  EXPECT_EQ(cli.word({"TYPE", "leaderboard:{acme.eu}:meta"}), "hash");
  EXPECT_EQ(cli.word({"ZCARD", "leaderboard:daily"}), "1");
  const auto run = reconcile();
  EXPECT_EQ(number(run, "created"), 0) << json::serialize(run);
  ASSERT_EQ(client().del(admin_root + "/cache").status, 200);
  EXPECT_EQ(cli.word({"TYPE", "user:details:{acme.eu}:ann"}), "string");
  EXPECT_EQ(whole_board(client(), api_root + "/daily"), (std::vector<standing>{{"bob", 3}}));
}

TEST_P(NamedOnServers, ComeBackAfterTheCacheWasLost) {
  make("acme");
  ASSERT_EQ(update("acme", "ann", 5).status, 200);
  EXPECT_EQ(board("acme").size(), 1U);
  raw_redis{redis_->port()}.command({"FLUSHALL"});
  EXPECT_EQ(board("acme"), (std::vector<standing>{{"ann", 5}}));
  ASSERT_EQ(update("acme", "ann", 1).status, 200);
  EXPECT_EQ(board("acme"), (std::vector<standing>{{"ann", 6}}));
}

TEST_P(NamedOnServers, AResetWhileTheCacheIsAwayIsDoneOnce) {
  make("acme");
  ASSERT_EQ(update("acme", "ann", 5).status, 200);
  ASSERT_EQ(board("acme").size(), 1U);
  redis_->kill();
  EXPECT_EQ(client().post(root + "/acme/admin/reset/daily").status, 200);
  const auto status = client().get(root + "/acme/admin/status").json();
  EXPECT_FALSE(status.at("cache_connected").as_bool());
  EXPECT_EQ(number(status, "database_users"), 1);
  const auto past = client().get(root + "/acme/daily/past").json();
  EXPECT_EQ(past.at("past").as_array().size(), 1U);
  redis_->start();
  const std::vector<standing> anew{{"ann", 0}};
  EXPECT_TRUE(eventually(
      [&] {
        const auto daily = client().get(root + "/acme/daily");
        return daily.status == 200 && board("acme") == anew;
      },
      std::chrono::seconds{20}));
  EXPECT_EQ(board("acme", "weekly"), (std::vector<standing>{{"ann", 5}}));
}

TEST_P(NamedOnServers, LoadedAnewLoseAUserWhomTheDatabaseDoesNotKnow) {
  make("acme");
  ASSERT_EQ(update("acme", "ann", 5).status, 200);
  ASSERT_EQ(board("acme").size(), 1U);
  raw_redis{redis_->port()}.command({"ZADD", "leaderboard:{acme}:daily", "9", "ghost"});
  ASSERT_EQ(board("acme").size(), 2U);
  ASSERT_EQ(client().post(root + "/acme/admin/sync").status, 200);
  EXPECT_TRUE(eventually(
      [&] {
        return client().get(root + "/acme/daily").status == 200
               && board("acme") == std::vector<standing>{{"ann", 5}};
      },
      std::chrono::seconds{20}));
}

TEST_P(NamedOnServers, ReplaceDetailsOfAnotherTypeWhenTheUserIsRead) {
  make("acme");
  ASSERT_EQ(update("acme", "ann", 5).status, 200);
  ASSERT_EQ(board("acme").size(), 1U);
  const raw_redis cli{redis_->port()};
  const std::string key = "user:details:{acme}:ann";
  cli.command({"DEL", key});
  cli.command({"RPUSH", key, "another program's"});
  EXPECT_EQ(number(client().get(root + "/acme/user/ann").json(), "yearly_pomo"), 5);
  EXPECT_EQ(cli.word({"TYPE", key}), "string");
}

TEST_P(NamedOnServers, AnInstanceWhereTheyWereIdleSeesWhatAnotherHasDone) {
  const service_under_test second{store_settings()};
  auto other = second.client();
  for (const auto* id : {"gone", "carrying"}) {
    make(id);
    ASSERT_EQ(update(id, "ann", 5).status, 200);
    ASSERT_EQ(whole_board(other, root + "/" + id + "/daily").size(), 1U);
  }
  std::this_thread::sleep_for(std::chrono::seconds{5}); // the real program's look at what was used
  ASSERT_EQ(client().del(root + "/gone").status, 200);
  ASSERT_EQ(client().put(root + "/carrying/user/ann/metadata", R"({"team":"red"})").status, 200);
  std::this_thread::sleep_for(std::chrono::milliseconds{3'500});
  EXPECT_EQ(other.get(root + "/gone/daily").problem_code(), "unknown_leaderboard");
  EXPECT_EQ(other.get(root + "/gone/user/ann").problem_code(), "unknown_leaderboard");
  const auto ann = other.get(root + "/carrying/user/ann").json();
  EXPECT_EQ(text(ann.at("metadata"), "team"), "red");
}

TEST_P(NamedOnServers, ShareNoKeyWithAUserOfTheDefaultOne) {
  make("acme");
  ASSERT_EQ(update("acme", "ann", 5).status, 200);
  ASSERT_EQ(update("acme", "bob", 4).status, 200);
  ASSERT_EQ(board("acme").size(), 2U);
  ASSERT_EQ(client().update("{acme}:ann", 3).status, 200);
  const raw_redis cli{redis_->port()};
  EXPECT_EQ(cli.word({"TYPE", "user:details:{}{acme}:ann"}), "string");
  EXPECT_EQ(number(client().get(root + "/acme/user/ann").json(), "yearly_pomo"), 5);
  EXPECT_EQ(number(client().get(user_path("{acme}:ann")).json(), "yearly_pomo"), 3);
  EXPECT_EQ(client().get(user_path("{acme}:bob")).problem_code(), "unknown_user");
  const auto run = reconcile();
  EXPECT_EQ(number(run, "created"), 0) << json::serialize(run);
  EXPECT_EQ(whole_board(client(), api_root + "/daily"), (std::vector<standing>{{"{acme}:ann", 3}}));
  ASSERT_EQ(client().del(admin_root + "/cache").status, 200);
  EXPECT_EQ(cli.word({"TYPE", "user:details:{acme}:ann"}), "string");
}

TEST_P(NamedOnServers, HealDetailsThatAnotherProgramHasDamaged) {
  make("acme");
  ASSERT_EQ(update("acme", "ann", 5).status, 200);
  ASSERT_EQ(update("acme", "bob", 3).status, 200);
  ASSERT_EQ(board("acme").size(), 2U);
  const raw_redis cli{redis_->port()};
  const std::string key = "user:details:{acme}:ann";
  const std::string beyond =
      R"({"user_id":"ann","daily_pomo":1,"weekly_pomo":1,"monthly_pomo":1,"yearly_pomo":1,)"
      R"("updated_at":"2026-11-28T00:00:01Z","cached_at":"2026-11-28T00:00:01Z","version":1000000})";
  const auto score = [&] {
    const auto answer = client().get(root + "/acme/user/ann");
    return answer.status == 200 ? number(answer.json(), "yearly_pomo") : -answer.status;
  };
  for (const auto& text : {beyond, cli.word({"GET", "user:details:{acme}:bob"})}) {
    cli.command({"SET", key, text});
    ASSERT_NE(score(), 5) << "what is in the cache is shown";
    ASSERT_EQ(client().post(root + "/acme/admin/sync", "").status, 200);
    EXPECT_EQ(score(), 5) << text;
    cli.command({"SET", key, text});
    reconcile();
    EXPECT_TRUE(eventually([&] { return score() == 5; }, std::chrono::seconds{20})) << text;
  }
  cli.command({"SET", key, R"({"user_id":"ann",)"});
  EXPECT_EQ(score(), 5) << "what cannot be read is loaded by the next read";
}

} // namespace
} // namespace standings::test
