#include "tests/integration/api.hpp"
#include "tests/support/service_under_test.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

const std::vector<std::string> unusual_ids{
    "a/b",
    "/",
    "//",
    "a%b",
    "%41",
    "100%",
    "a b",
    " ",
    "a+b",
    "a?b=c&d",
    "a#b",
    "a;b",
    "..",
    ".",
    "a\\b",
    "a\"b",
    "a'b",
    "a:b",
    "{user_id}",
    "daily",
    "rank",
    "user",
    "\xc3\xa9",
    "\xe4\xb8\xad\xe6\x96\x87",
    "\xf0\x9f\x8f\x86",
    "e\xcc\x81",
    std::string(128, 'x'),
    "0",
    "-1",
    "null",
    "a,b",
    "<b>",
    "[a]",
    "'; DROP TABLE pomo_leaderboard; --",
    "\xef\xbb\xbf",
};

TEST(Identifiers, RoundTripThroughEveryRoute) {
  service_under_test service;
  auto client = service.client();
  for (const auto& id : unusual_ids) {
    const auto updated = client.update(id, 2);
    ASSERT_EQ(updated.status, 200) << id;
    EXPECT_EQ(text(updated.json().at("data"), "user_id"), id);
    for (const auto& path :
         {user_path(id), user_path(id) + "/rank/weekly", database_root + "/user/" + encoded(id)}) {
      const auto answer = client.get(path);
      ASSERT_EQ(answer.status, 200) << path << answer.body;
      EXPECT_EQ(text(answer.json(), "user_id"), id);
    }
    const auto around = client.get(user_path(id) + "/around/weekly");
    ASSERT_EQ(around.status, 200) << id;
    EXPECT_EQ(text(around.json(), "user_id"), id);
    EXPECT_EQ(text(around.json().at("user"), "user_id"), id);
  }
  EXPECT_EQ(number(admin_status(client), "database_users"),
            static_cast<std::int64_t>(unusual_ids.size()));
}

TEST(Identifiers, AreOrderedByTheirBytesInBothStores) {
  service_under_test service;
  auto client = service.client();
  auto expected = unusual_ids;
  for (const auto& id : unusual_ids)
    ASSERT_EQ(client.update(id).status, 200) << id;
  std::sort(expected.begin(), expected.end(), std::greater<>{});
  for (const auto& root : {api_root, database_root}) {
    std::vector<std::string> ids;
    for (const auto& s : whole_board(client, root + "/daily"))
      ids.push_back(s.user_id);
    EXPECT_EQ(ids, expected) << root;
  }
}

TEST(Identifiers, SurviveReloadAndDeletion) {
  service_under_test service;
  auto client = service.client();
  for (const auto& id : unusual_ids)
    ASSERT_EQ(client.update(id).status, 200) << id;
  ASSERT_EQ(client.del(admin_root + "/cache").status, 200);
  for (const auto& id : unusual_ids) {
    EXPECT_EQ(client.get(user_path(id)).status, 200) << id;
    EXPECT_EQ(client.del(admin_root + "/user/" + encoded(id)).status, 200) << id;
    EXPECT_EQ(client.get(user_path(id)).problem_code(), "unknown_user") << id;
  }
  EXPECT_EQ(number(admin_status(client), "database_users"), 0);
}

} // namespace
} // namespace standings::test
