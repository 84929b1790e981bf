#include "tests/integration/api.hpp"
#include "tests/support/service_under_test.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

/// The whole program, in which a user may be updated twice an hour, more or less.
class UserLimits : public testing::Test {
protected:
  service_under_test service{
      {"http.limits.loopback=true", "http.limits.user_per_minute=1", "http.limits.user_burst=2"}};
  http_client client = service.client();
};

TEST_F(UserLimits, RefuseUpdatesOfOneUserAndOfNoOther) {
  EXPECT_EQ(client.update("ann").header("RateLimit-Remaining"), "1");
  EXPECT_EQ(client.update("ann").status, 200);
  const auto refused = client.update("ann");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.problem_code(), "rate_limited");
  EXPECT_GE(std::stoi(refused.header("Retry-After")), 50);
  EXPECT_EQ(refused.header("RateLimit-Limit"), "2");
  EXPECT_EQ(client.update("bob").status, 200);
  EXPECT_EQ(number(client.get(user_path("ann")).json(), "yearly_pomo"), 2);
  EXPECT_EQ(client.get(user_path("ann")).header("RateLimit-Limit"), "2000") << "the address's";

  const auto batch = client.post(
      api_root + "/update/batch",
      R"({"updates":[{"user_id":"bob"},{"user_id":"bob"},{"user_id":"cat"},{"user_id":"ann"}]})");
  ASSERT_EQ(batch.status, 200);
  const auto results = batch.json().at("results").as_array();
  ASSERT_EQ(results.size(), 4U);
  EXPECT_TRUE(results[0].at("success").as_bool());
  EXPECT_EQ(text(results[1], "code"), "rate_limited");
  EXPECT_TRUE(results[2].at("success").as_bool());
  EXPECT_EQ(text(results[3], "code"), "rate_limited");
  EXPECT_EQ(number(client.get(user_path("bob")).json(), "yearly_pomo"), 2);
}

TEST_F(UserLimits, RefuseABatchOfNothingElseItemByItem) {
  EXPECT_EQ(client.update("ann").status, 200);
  EXPECT_EQ(client.update("ann").status, 200);
  const auto batch = client.post(api_root + "/update/batch", R"({"updates":[{"user_id":"ann"}]})");
  ASSERT_EQ(batch.status, 200);
  EXPECT_EQ(text(batch.json().at("results").as_array()[0], "code"), "rate_limited");
}

TEST_F(UserLimits, AreEachTenantsOwn) {
  const std::string named = "/api/leaderboards/";
  for (const auto* id : {"acme", "acme.eu", "other"})
    ASSERT_EQ(client.put(named + id, "{}").status, 201);
  const auto update = [&](const std::string& id) {
    return client.post(named + id + "/update", R"({"user_id":"ann"})").status;
  };
  const auto batch = client.post(named + "acme/update/batch",
                                 R"({"updates":[{"user_id":"ann"},{"user_id":"ann"}]})");
  EXPECT_EQ(number(batch.json(), "applied"), 2);
  EXPECT_EQ(update("acme.eu"), 429) << "of the same tenant";
  EXPECT_EQ(update("other"), 200);
  EXPECT_EQ(client.update("ann").status, 200);
  const auto in_several = [&](const std::string& id) {
    return client
        .post(named + "update",
              R"({"user_id":"ann","count":1,"leaderboards":[")" + id + R"(","default"]})")
        .status;
  };
  EXPECT_EQ(in_several("other"), 200);
  EXPECT_EQ(in_several("other"), 429) << "the default leaderboard has counted two";
  client.put(named + "third", "{}");
  EXPECT_EQ(in_several("third"), 429) << "whichever is named first";
}

} // namespace
} // namespace standings::test
