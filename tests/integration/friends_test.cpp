#include "tests/integration/api.hpp"
#include "tests/support/both_stores.hpp"
#include "tests/support/servers.hpp"
#include "tests/support/service_under_test.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

const std::string ranks_path = api_root + "/ranks/";

response ranks_of(http_client& client, const std::string& ids) {
  return client.post(ranks_path + "daily", R"({"user_ids":[)" + ids + "]}");
}

TEST(Friends, HaveRanksAmongAllAndAmongEachOther) {
  service_under_test service;
  auto client = service.client();
  for (const auto& [user, count] : {std::pair{"ann", 5}, {"bob", 3}, {"cat", 9}, {"dan", 3}})
    ASSERT_EQ(client.update(user, count).status, 200);
  const auto found = ranks_of(client, R"("bob","nobody","ann","bob")").json();
  EXPECT_EQ(text(found, "period"), "daily");
  EXPECT_EQ(number(found, "total_users"), 4);
  const auto& entries = found.at("entries").as_array();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(json::serialize(entries[0]), R"({"rank_among":1,"rank":2,"user_id":"ann","score":5})");
  EXPECT_EQ(json::serialize(entries[1]), R"({"rank_among":2,"rank":4,"user_id":"bob","score":3})");
  EXPECT_EQ(json::serialize(found.at("not_found")), R"(["nobody"])");
}

TEST(Friends, AreRefusedWithTheFieldThatIsWrong) {
  service_under_test service;
  auto client = service.client();
  const auto too_long = ranks_of(client, '"' + std::string(129, 'x') + '"');
  EXPECT_EQ(too_long.status, 422);
  EXPECT_EQ(too_long.problem_code(), "invalid_user_id");
  EXPECT_EQ(text(too_long.json(), "field"), "user_ids");
  EXPECT_EQ(client.post(ranks_path + "hourly", R"({"user_ids":["a"]})").status, 404);
  EXPECT_EQ(client.get(ranks_path + "daily").status, 405);
}

class FriendsOnServers : public testing::Test {
protected:
  postgres_schema schema;
  redis_server redis;
  service_under_test service{production_settings(schema.url(), redis.port())};
};

TEST_F(FriendsOnServers, AreLoadedIfTheCacheLostThem) {
  auto client = service.client();
  for (const auto* user : {"ann", "bob", "cat"})
    ASSERT_EQ(client.update(user).status, 200);
  const raw_redis cli{redis.port()};
  cli.command({"DEL", "user:details:bob"});
  for (const auto& name : board_names)
    cli.command({"ZREM", "leaderboard:" + name, "bob"});
  const auto found = ranks_of(client, R"("ann","bob")").json();
  EXPECT_EQ(found.at("entries").as_array().size(), 2U);
  EXPECT_TRUE(found.at("not_found").as_array().empty());
}

} // namespace
} // namespace standings::test
