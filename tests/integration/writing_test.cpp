#include "tests/integration/events.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

class Idempotency : public testing::Test {
protected:
  std::int64_t score_of(const std::string& id) {
    auto reader = service.client(); // the service may have been restarted by now
    const auto cached = number(reader.get(user_path(id)).json(), "yearly_pomo");
    EXPECT_EQ(number(reader.get(database_root + "/user/" + id).json(), "yearly_pomo"), cached);
    return cached;
  }

  service_under_test service;
  http_client client = service.client();
};

TEST_F(Idempotency, GivesARepeatTheFirstResultAndCountsOnce) {
  const auto first = client.update("ann", 2, "key-1");
  ASSERT_EQ(first.status, 200);
  EXPECT_EQ(first.header("Idempotent-Replayed"), "");
  ASSERT_EQ(client.update("ann", 5).status, 200);
  const auto repeat = client.update("ann", 2, "key-1");
  ASSERT_EQ(repeat.status, 200);
  EXPECT_EQ(repeat.header("Idempotent-Replayed"), "true");
  for (const auto* name : {"user_id", "daily_pomo", "yearly_pomo", "updated_at", "version"})
    EXPECT_EQ(repeat.json().at("data").at(name), first.json().at("data").at(name)) << name;
  EXPECT_EQ(score_of("ann"), 7);
}

TEST_F(Idempotency, RefusesTheKeyForAnotherBody) {
  ASSERT_EQ(client.update("ann", 2, "key-1").status, 200);
  const auto answer = client.update("ann", 3, "key-1");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.problem_code(), "idempotency_conflict");
  EXPECT_EQ(score_of("ann"), 2);
  EXPECT_EQ(client.update("ann", 2, "key-1").status, 200) << "the key still stands for the first";
}

TEST_F(Idempotency, AKeyBelongsToItsUser) {
  ASSERT_EQ(client.update("ann", 2, "key-1").status, 200);
  EXPECT_EQ(client.update("bob", 3, "key-1").status, 200);
  EXPECT_EQ(score_of("bob"), 3);
  EXPECT_EQ(client.update("bob", 3, "key-1").header("Idempotent-Replayed"), "true");
}

TEST_F(Idempotency, RemembersNoRefusal) {
  EXPECT_EQ(client.update("ann", 0, "key-1").problem_code(), "invalid_count");
  EXPECT_EQ(client.update("ann", 1, "key-1").status, 200);
  EXPECT_EQ(score_of("ann"), 1);
}

TEST_F(Idempotency, OutlivesTheProcessAndTheCache) {
  ASSERT_EQ(client.update("ann", 2, "key-1").status, 200);
  service.kill();
  service.start();
  auto again = service.client();
  ASSERT_EQ(again.update("ann", 2, "key-1").status, 200);
  ASSERT_EQ(again.del(admin_root + "/cache").status, 200);
  ASSERT_EQ(again.update("ann", 2, "key-1").status, 200);
  EXPECT_EQ(score_of("ann"), 2);
}

TEST_F(Idempotency, HoldsForRepeatsAtTheSameTime) {
  std::atomic<int> counted = 0;
  std::atomic<int> answered = 0;
  on_sixteen_threads(320, [&](std::size_t i, int) {
    const auto answer = service.client().update("ann", 1, "key-" + std::to_string(i / 16));
    answered += answer.status == 200;
    counted += answer.header("Idempotent-Replayed").empty();
  });
  EXPECT_EQ(answered, 320);
  EXPECT_EQ(counted, 20);
  EXPECT_EQ(score_of("ann"), 20);
}

TEST_F(Idempotency, HoldsForABatchItemByItem) {
  const auto batch = [&](const std::string& body) {
    return client.post(api_root + "/update/batch", body, {{"Idempotency-Key", "key-1"}});
  };
  const std::string body =
      R"({"updates":[{"user_id":"ann","count":2},{"user_id":"ann","count":2}]})";
  ASSERT_EQ(batch(body).status, 200);
  ASSERT_EQ(batch(body).status, 200);
  EXPECT_EQ(score_of("ann"), 4);
  const auto other =
      batch(R"({"updates":[{"user_id":"ann","count":2},{"user_id":"ann","count":9}]})");
  ASSERT_EQ(other.status, 200);
  EXPECT_EQ(number(other.json(), "applied"), 1);
  EXPECT_EQ(text(other.json().at("results").at(1), "code"), "idempotency_conflict");
  EXPECT_EQ(client.update("bob", 1, "key-1").status, 200) << "a single update's keys are its own";
  EXPECT_EQ(score_of("ann"), 4);
}

TEST_F(Idempotency, TheKeyOfAnItemOfABatchIsNoRequestsKey) {
  ASSERT_EQ(client.update("ann", 2, "key0").status, 200);
  const auto batch =
      client.post(api_root + "/update/batch", R"({"updates":[{"user_id":"ann","count":2}]})",
                  {{"Idempotency-Key", "key"}});
  ASSERT_EQ(batch.status, 200);
  EXPECT_EQ(number(batch.json(), "applied"), 1);
  EXPECT_EQ(score_of("ann"), 4);
}

TEST(Updates, OfOneUserFromManyConnectionsAllCount) {
  service_under_test service;
  on_sixteen_threads(800, [&](std::size_t i, int) {
    EXPECT_EQ(service.client().update(i % 2 == 0 ? "ann" : "bob").status, 200);
  });
  expect_in_both_stores(service, {{"bob", 400}, {"ann", 400}});
}

TEST(Updates, AnswerWithTheStateRightAfterThem) {
  service_under_test service;
  std::mutex mutex;
  std::set<std::int64_t> seen;
  on_sixteen_threads(500, [&](std::size_t, int) {
    const auto body = service.client().update("ann").json();
    const std::lock_guard lock{mutex};
    EXPECT_TRUE(seen.insert(number(body.at("data"), "yearly_pomo")).second);
  });
  EXPECT_EQ(seen.size(), 500U);
  EXPECT_EQ(*seen.rbegin(), 500);
}

} // namespace
} // namespace standings::test
