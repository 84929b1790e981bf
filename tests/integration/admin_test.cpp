#include "tests/integration/events.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

using names = std::set<std::string>;

class Admin : public testing::Test {
protected:
  Admin() {
    for (const auto& [id, score] : everybody)
      EXPECT_EQ(client.update(id, score).status, 200);
  }

  std::vector<standing> board(const std::string& root, const std::string& period) {
    return whole_board(client, root + "/" + period);
  }

  const std::vector<standing> everybody{{"ann", 5}, {"cy", 3}, {"bob", 3}, {"dan", 1}};
  service_under_test service;
  http_client client = service.client();
};

TEST_F(Admin, StatusTellsHowFarTheStoresAgree) {
  const auto status = admin_status(client);
  EXPECT_EQ(fields_of(status),
            (names{"database_connected", "cache_connected", "daily_count", "weekly_count",
                   "monthly_count", "yearly_count", "memory_usage", "generation", "complete",
                   "database_users", "sync_percentage", "cache_notes", "cache_problems",
                   "foreign_members", "keys_set_aside", "undated_scores"}));
  EXPECT_EQ(status.at("database_connected"), true);
  EXPECT_EQ(status.at("cache_connected"), true);
  EXPECT_EQ(status.at("complete"), true);
  for (const auto& period : period_names)
    EXPECT_EQ(number(status, (period + "_count").c_str()), 4);
  EXPECT_EQ(number(status, "database_users"), 4);
  EXPECT_EQ(status.at("sync_percentage").to_number<double>(), 100.0);
  EXPECT_GT(number(status, "memory_usage"), 0);
  EXPECT_FALSE(text(status, "generation").empty());
}

TEST_F(Admin, SyncRebuildsTheCacheFromTheDatabase) {
  const auto before = text(admin_status(client), "generation");
  const auto answer = client.post(admin_root + "/sync");
  ASSERT_EQ(answer.status, 200);
  const auto body = answer.json();
  for (const auto* name : {"success", "users_synced", "duration_ms"})
    EXPECT_TRUE(body.as_object().contains(name)) << name;
  EXPECT_EQ(body.at("success"), true);
  EXPECT_EQ(number(body, "users_synced"), 4);
  EXPECT_GE(number(body, "duration_ms"), 0);
  EXPECT_NE(text(admin_status(client), "generation"), before);
  expect_in_both_stores(service, everybody);
}

TEST_F(Admin, ResetKeepsEveryUserWithZero) {
  const auto answer = client.post(admin_root + "/reset/daily");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(fields_of(answer.json()), (names{"success", "period", "started_at"}));
  EXPECT_EQ(text(answer.json(), "period"), "daily");
  const std::vector<standing> zeros{{"dan", 0}, {"cy", 0}, {"bob", 0}, {"ann", 0}};
  for (const auto& root : {api_root, database_root}) {
    EXPECT_EQ(board(root, "daily"), zeros) << root;
    for (const auto* period : {"weekly", "monthly", "yearly"})
      EXPECT_EQ(board(root, period), everybody) << root << period;
    const auto ann = client.get(root + "/user/ann").json();
    EXPECT_EQ(number(ann, "daily_pomo"), 0) << root;
    EXPECT_EQ(number(ann, "weekly_pomo"), 5) << root;
  }
}

TEST_F(Admin, ResetLetsTheNextUpdateStartAtItsCount) {
  for (const auto& period : period_names)
    ASSERT_EQ(client.post(admin_root + "/reset/" + period).status, 200) << period;
  const auto details = client.update("cy", 2).json().at("data");
  for (const auto& period : period_names)
    EXPECT_EQ(number(details, (period + "_pomo").c_str()), 2);
  expect_in_both_stores(service, {{"cy", 2}, {"dan", 0}, {"bob", 0}, {"ann", 0}});
}

TEST_F(Admin, ResetOutlivesRestartAndReload) {
  ASSERT_EQ(client.post(admin_root + "/reset/yearly").status, 200);
  ASSERT_EQ(client.update("cy", 2).status, 200);
  const std::vector<standing> expected{{"cy", 2}, {"dan", 0}, {"bob", 0}, {"ann", 0}};
  ASSERT_EQ(client.del(admin_root + "/cache").status, 200);
  expect_in_both_stores(service, expected);
  service.kill();
  service.start();
  expect_in_both_stores(service, expected);
}

TEST_F(Admin, ACacheThatWasClearedReloadsByItself) {
  const auto answer = client.del(admin_root + "/cache");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json(), json::parse(R"({"success":true})"));
  EXPECT_EQ(number(client.get(user_path("ann")).json(), "daily_pomo"), 5);
  EXPECT_EQ(number(client.get(user_path("bob") + "/rank/daily").json(), "rank"), 3);
  expect_in_both_stores(service, everybody);
  EXPECT_EQ(admin_status(client).at("complete"), true);
}

TEST_F(Admin, ACacheThatWasClearedTakesUpdatesBeforeItsReload) {
  ASSERT_EQ(client.del(admin_root + "/cache").status, 200);
  const auto details = client.update("ann", 2).json().at("data");
  EXPECT_EQ(number(details, "yearly_pomo"), 7);
  expect_in_both_stores(service, {{"ann", 7}, {"cy", 3}, {"bob", 3}, {"dan", 1}});
}

TEST_F(Admin, ClearingUnderLoadLosesNothing) {
  std::atomic<int> failed = 0;
  on_sixteen_threads(600, [&](std::size_t i, int) {
    auto mine = service.client();
    const auto status =
        i % 40 == 0 ? mine.del(admin_root + "/cache").status : mine.update("ann").status;
    failed += status != 200;
  });
  EXPECT_EQ(failed, 0);
  expect_in_both_stores(service, {{"ann", 5 + 585}, {"cy", 3}, {"bob", 3}, {"dan", 1}});
}

TEST_F(Admin, ADeletedUserIsGoneFromBothStores) {
  const auto answer = client.del(admin_root + "/user/cy");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json(), json::parse(R"({"success":true,"user_id":"cy"})"));
  for (const auto& path :
       {user_path("cy"), user_path("cy") + "/rank/daily", database_root + "/user/cy"}) {
    EXPECT_EQ(client.get(path).status, 404) << path;
    EXPECT_EQ(client.get(path).problem_code(), "unknown_user") << path;
  }
  EXPECT_EQ(client.del(admin_root + "/user/cy").problem_code(), "unknown_user");
  expect_in_both_stores(service, {{"ann", 5}, {"bob", 3}, {"dan", 1}});
}

TEST_F(Admin, ADeletedUserStartsAgainAtTheCount) {
  ASSERT_EQ(client.del(admin_root + "/user/ann").status, 200);
  const auto details = client.update("ann", 2).json().at("data");
  for (const auto& period : period_names)
    EXPECT_EQ(number(details, (period + "_pomo").c_str()), 2);
  ASSERT_EQ(client.post(admin_root + "/sync").status, 200);
  expect_in_both_stores(service, {{"cy", 3}, {"bob", 3}, {"ann", 2}, {"dan", 1}});
}

TEST_F(Admin, ADeletedUserDoesNotReturnWithAReload) {
  ASSERT_EQ(client.del(admin_root + "/user/ann").status, 200);
  ASSERT_EQ(client.del(admin_root + "/cache").status, 200);
  expect_in_both_stores(service, {{"cy", 3}, {"bob", 3}, {"dan", 1}});
  service.kill();
  service.start();
  expect_in_both_stores(service, {{"cy", 3}, {"bob", 3}, {"dan", 1}});
}

} // namespace
} // namespace standings::test
