#include "tests/integration/api.hpp"
#include "tests/support/service_under_test.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace standings::test {
namespace {

using names = std::set<std::string>;

/// ann 5, cy 3, bob 3, dan 1: cy ranks before bob because its id is greater.
class Shapes : public testing::Test {
protected:
  Shapes() {
    for (const auto& [id, count] :
         std::vector<std::pair<std::string, int>>{{"ann", 5}, {"bob", 3}, {"cy", 3}, {"dan", 1}})
      EXPECT_EQ(client.update(id, count).status, 200);
  }

  json::value get(const std::string& path) {
    const auto answer = client.get(path);
    EXPECT_EQ(answer.status, 200) << path << answer.body;
    EXPECT_EQ(answer.header("Content-Type"), "application/json") << path;
    EXPECT_FALSE(answer.header("X-Request-Id").empty()) << path;
    return answer.json();
  }

  service_under_test service;
  http_client client = service.client();
};

void expect_details(const json::value& details, const std::string& id, std::int64_t score) {
  EXPECT_EQ(fields_of(details), details_fields);
  EXPECT_EQ(text(details, "user_id"), id);
  for (const auto& name : period_names)
    EXPECT_EQ(number(details, (name + "_pomo").c_str()), score) << name;
  const std::regex iso{R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)"};
  for (const auto* name : {"updated_at", "cached_at"})
    EXPECT_TRUE(std::regex_match(text(details, name), iso)) << text(details, name);
  EXPECT_GT(number(details, "version"), 0);
}

TEST_F(Shapes, OfAnUpdate) {
  const auto answer = client.update("ann", 2);
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
  const auto body = answer.json();
  EXPECT_EQ(fields_of(body), (names{"success", "data", "warning"}));
  EXPECT_EQ(body.at("success"), true);
  EXPECT_TRUE(body.at("warning").is_null());
  expect_details(body.at("data"), "ann", 7);
}

TEST_F(Shapes, OfAnUpdateWithoutACount) {
  const auto answer = client.post(api_root + "/update", R"({"user_id":"ann"})");
  ASSERT_EQ(answer.status, 200);
  expect_details(answer.json().at("data"), "ann", 6);
}

TEST_F(Shapes, OfABatchWithOneBadItem) {
  const auto answer = client.post(
      api_root + "/update/batch",
      R"({"updates":[{"user_id":"ann","count":1},{"user_id":"bob","count":0},{"user_id":"new"}]})");
  ASSERT_EQ(answer.status, 200);
  const auto body = answer.json();
  EXPECT_EQ(fields_of(body), (names{"success", "applied", "failed", "results"}));
  EXPECT_EQ(body.at("success"), false);
  EXPECT_EQ(number(body, "applied"), 2);
  EXPECT_EQ(number(body, "failed"), 1);
  const auto& results = body.at("results").as_array();
  ASSERT_EQ(results.size(), 3U);
  for (const auto i : {0U, 2U}) {
    EXPECT_EQ(fields_of(results[i]), (names{"success", "data", "warning"}));
    EXPECT_EQ(results[i].at("success"), true);
  }
  expect_details(results[0].at("data"), "ann", 6);
  expect_details(results[2].at("data"), "new", 1);
  EXPECT_EQ(results[1].at("success"), false);
  EXPECT_EQ(text(results[1], "code"), "invalid_count");
  EXPECT_EQ(number(get(user_path("bob")), "daily_pomo"), 3);
}

TEST_F(Shapes, OfABatchThatNamesAUserTwice) {
  const auto answer =
      client.post(api_root + "/update/batch",
                  R"({"updates":[{"user_id":"ann","count":1},{"user_id":"ann","count":2}]})");
  const auto body = answer.json();
  EXPECT_EQ(body.at("success"), true);
  expect_details(body.at("results").at(0).at("data"), "ann", 6);
  expect_details(body.at("results").at(1).at("data"), "ann", 8);
}

TEST_F(Shapes, OfABoard) {
  for (const auto& root : {api_root, database_root})
    for (const auto& name : period_names) {
      const auto body = get(root + "/" + name);
      EXPECT_EQ(fields_of(body), (names{"period", "limit", "offset", "total_users", "entries"}));
      EXPECT_EQ(text(body, "period"), name);
      EXPECT_EQ(number(body, "limit"), 10);
      EXPECT_EQ(number(body, "offset"), 0);
      EXPECT_EQ(number(body, "total_users"), 4);
      for (const auto& entry : body.at("entries").as_array())
        EXPECT_EQ(fields_of(entry), entry_fields);
      EXPECT_EQ(whole_board(client, root + "/" + name),
                (std::vector<standing>{{"ann", 5}, {"cy", 3}, {"bob", 3}, {"dan", 1}}));
    }
}

TEST_F(Shapes, OfAWindowOfABoard) {
  for (const auto& root : {api_root, database_root}) {
    const auto middle = get(root + "/daily?limit=2&offset=1");
    EXPECT_EQ(number(middle, "limit"), 2);
    EXPECT_EQ(number(middle, "offset"), 1);
    EXPECT_EQ(number(middle, "total_users"), 4);
    const auto& entries = middle.at("entries").as_array();
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(number(entries[0], "rank"), 2);
    EXPECT_EQ(text(entries[0], "user_id"), "cy");
    EXPECT_EQ(text(entries[1], "user_id"), "bob");
    const auto beyond = get(root + "/daily?offset=4");
    EXPECT_TRUE(beyond.at("entries").as_array().empty());
    EXPECT_EQ(number(beyond, "total_users"), 4);
    EXPECT_EQ(get(root + "/daily?limit=1000").at("entries").as_array().size(), 4U);
  }
}

TEST_F(Shapes, OfAUser) {
  expect_details(get(user_path("bob")), "bob", 3);
  expect_details(get(database_root + "/user/bob"), "bob", 3);
}

TEST_F(Shapes, OfARank) {
  const auto body = get(user_path("bob") + "/rank/monthly");
  EXPECT_EQ(fields_of(body),
            (names{"user_id", "period", "rank", "score", "total_users", "percentile"}));
  EXPECT_EQ(text(body, "user_id"), "bob");
  EXPECT_EQ(text(body, "period"), "monthly");
  EXPECT_EQ(number(body, "rank"), 3);
  EXPECT_EQ(number(body, "score"), 3);
  EXPECT_EQ(number(body, "total_users"), 4);
  EXPECT_EQ(body.at("percentile").to_number<double>(), 50.0);
  EXPECT_EQ(get(user_path("ann") + "/rank/daily").at("percentile").to_number<double>(), 100.0);
  EXPECT_EQ(get(user_path("dan") + "/rank/daily").at("percentile").to_number<double>(), 25.0);
}

TEST_F(Shapes, OfANeighbourhood) {
  const auto body = get(user_path("cy") + "/around/daily?limit=1");
  EXPECT_EQ(fields_of(body), (names{"user_id", "period", "total_users", "user", "above", "below"}));
  EXPECT_EQ(text(body, "user_id"), "cy");
  EXPECT_EQ(text(body, "period"), "daily");
  EXPECT_EQ(number(body, "total_users"), 4);
  EXPECT_EQ(fields_of(body.at("user")), entry_fields);
  EXPECT_EQ(number(body.at("user"), "rank"), 2);
  ASSERT_EQ(body.at("above").as_array().size(), 1U);
  ASSERT_EQ(body.at("below").as_array().size(), 1U);
  EXPECT_EQ(fields_of(body.at("above").at(0)), entry_fields);
  EXPECT_EQ(text(body.at("above").at(0), "user_id"), "ann");
  EXPECT_EQ(number(body.at("above").at(0), "rank"), 1);
  EXPECT_EQ(text(body.at("below").at(0), "user_id"), "bob");
  EXPECT_EQ(number(body.at("below").at(0), "rank"), 3);
}

TEST_F(Shapes, OfANeighbourhoodAtTheEdges) {
  const auto first = get(user_path("ann") + "/around/daily");
  EXPECT_TRUE(first.at("above").as_array().empty());
  EXPECT_EQ(first.at("below").as_array().size(), 3U);
  const auto last = get(user_path("dan") + "/around/daily");
  EXPECT_EQ(last.at("above").as_array().size(), 3U);
  EXPECT_EQ(text(last.at("above").at(0), "user_id"), "ann") << "the best first";
  EXPECT_TRUE(last.at("below").as_array().empty());
}

TEST_F(Shapes, OfTheServiceItself) {
  EXPECT_EQ(text(get("/healthz"), "status"), "ok");
  const auto ready = get("/readyz");
  EXPECT_EQ(text(ready, "status"), "ready");
  for (const auto& child : ready.at("children").as_array())
    EXPECT_EQ(text(child, "state"), "running") << text(child, "name");
  EXPECT_EQ(client.get("/").status, 200);
  const auto contract = client.get("/openapi.yaml");
  EXPECT_EQ(contract.status, 200);
  EXPECT_TRUE(contract.body.starts_with("openapi: 3."));
}

} // namespace
} // namespace standings::test
