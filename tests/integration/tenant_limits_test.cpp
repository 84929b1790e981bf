#include "tests/integration/api.hpp"
#include "tests/support/either_stores.hpp"
#include "tests/support/service_under_test.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace standings::test {
namespace {

const std::string named_root = "/api/leaderboards";

/// The whole program on each pair of stores, in which updates make leaderboards, and one tenant has
/// quotas.
class TenantLimits : public EitherStores {
protected:
  TenantLimits() {
    auto settings = store_settings();
    settings.emplace_back("leaderboards.create_on_write=true");
    settings.emplace_back("leaderboards.quotas=small.leaderboards=2,small.users=2,"
                          "slow.updates_per_second=1");
    service_.emplace(settings);
    client_.emplace(service_->client());
  }

  response update(const std::string& id, const std::string& user) {
    return client_->post(named_root + "/" + id + "/update", R"({"user_id":")" + user + R"("})");
  }

  std::optional<service_under_test> service_;
  std::optional<http_client> client_;
};
INSTANTIATE_TEST_SUITE_P(On, TenantLimits, testing::Values("embedded", "servers"),
                         [](const auto& with) { return std::string{with.param}; });

TEST_P(TenantLimits, AnUpdateMakesItsLeaderboard) {
  EXPECT_EQ(client_->get(named_root + "/acme.eu/daily").problem_code(), "unknown_leaderboard");
  EXPECT_EQ(update("acme.eu", "ann").status, 200);
  EXPECT_EQ(whole_board(*client_, named_root + "/acme.eu/daily"),
            (std::vector<standing>{{"ann", 1}}));
  const auto several = client_->post(
      named_root + "/update",
      R"({"user_id":"ann","count":2,"leaderboards":["acme.eu","new.one","default","new.two"]})");
  ASSERT_EQ(several.status, 200);
  EXPECT_EQ(several.json().at("leaderboards").as_array().size(), 4U);
  EXPECT_EQ(whole_board(*client_, named_root + "/new.two/daily"),
            (std::vector<standing>{{"ann", 2}}));
  EXPECT_EQ(
      client_->post(named_root + "/new.three/update/batch", R"({"updates":[{"user_id":"bob"}]})")
          .status,
      200);
  EXPECT_EQ(update("A", "ann").problem_code(), "invalid_leaderboard_id");
}

TEST_P(TenantLimits, ARefusedUpdateMakesNoLeaderboard) {
  const httplib::Headers bad_key{{"Idempotency-Key", std::string(200, 'k')}};
  const std::string good = R"({"user_id":"ann","count":1})";
  const auto refuse = [&](const std::string& path, const std::string& body, int status,
                          const httplib::Headers& headers = {}) {
    const auto refused = client_->post(named_root + path, body, headers);
    EXPECT_EQ(refused.status, status) << path << " " << body << " " << refused.body;
  };
  refuse("/new/update", R"({"user_id":"ann","count":0})", 422);
  refuse("/new/update", R"({"user_id":1})", 400);
  refuse("/new/update", "{", 400);
  refuse("/new/update", good, 422, bad_key);
  refuse("/new/update/batch", R"({"updates":[]})", 422);
  refuse("/new/update/batch", R"({"updates":[)" + good + "]}", 422, bad_key);
  refuse("/new/update/batch", R"({"updates":[{"user_id":"ann","count":0}]})", 200);
  refuse("/new/update/batch", R"({"updates":[{"user_id":"ann","count":20000}]})", 200,
         {{"Idempotency-Key", "too-much"}});
  const auto several = [](const std::string& count, const std::string& ids) {
    return R"({"user_id":"ann","count":)" + count + R"(,"leaderboards":)" + ids + "}";
  };
  refuse("/update", several("20000", R"(["new","new.two"])"), 422);
  refuse("/update", several("0", R"(["new"])"), 422);
  client_->put(named_root + "/little", R"({"max_count":5})");
  refuse("/update", several("6", R"(["new","little"])"), 422);
  const auto listed = client_->get(named_root).json().at("leaderboards").as_array();
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(text(listed.at(0), "id"), "little");
}

TEST_P(TenantLimits, SimultaneousUpdatesMakeOneLeaderboard) {
  std::vector<std::thread> clients;
  std::atomic<int> counted = 0;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([&] {
      auto own = service_->client();
      for (int n = 0; n < 5; ++n)
        if (own.post(named_root + "/race." + std::to_string(n) + "/update", R"({"user_id":"ann"})")
                .status
            == 200)
          ++counted;
    });
  for (auto& one : clients)
    one.join();
  EXPECT_EQ(counted, 40);
  for (int n = 0; n < 5; ++n)
    EXPECT_EQ(whole_board(*client_, named_root + "/race." + std::to_string(n) + "/daily"),
              (std::vector<standing>{{"ann", 8}}));
}

TEST_P(TenantLimits, AnArchivedLeaderboardIsNotMadeAnew) {
  ASSERT_EQ(update("acme", "ann").status, 200);
  ASSERT_EQ(client_->del(named_root + "/acme").status, 200);
  const auto refused = update("acme", "ann");
  EXPECT_EQ(refused.status, 404);
  EXPECT_EQ(refused.problem_code(), "unknown_leaderboard");
  EXPECT_NE(text(refused.json(), "detail").find("is archived"), std::string::npos);
  const auto several =
      client_->post(named_root + "/update", R"({"user_id":"ann","leaderboards":["new","acme"]})");
  EXPECT_EQ(several.problem_code(), "unknown_leaderboard");
  EXPECT_NE(text(several.json(), "detail").find("is archived"), std::string::npos);
  EXPECT_EQ(client_->get(named_root + "/new").status, 404) << "all or none";
}

TEST_P(TenantLimits, ATenantHasNoMoreThanItsQuotas) {
  EXPECT_EQ(update("small.a", "ann").status, 200);
  EXPECT_EQ(update("small.b", "bob").status, 200);
  const auto third = update("small.c", "ann");
  EXPECT_EQ(third.status, 403);
  EXPECT_EQ(third.problem_code(), "quota_exceeded");
  EXPECT_NE(text(third.json(), "detail").find("quota leaderboards is 2"), std::string::npos);
  EXPECT_EQ(client_->put(named_root + "/small.c", "{}").problem_code(), "quota_exceeded");
  EXPECT_EQ(update("small.a", "cat").problem_code(), "quota_exceeded");
  EXPECT_EQ(update("small.a", "ann").status, 200) << "who is there goes on";
  const auto batch = client_->post(named_root + "/small.a/update/batch",
                                   R"({"updates":[{"user_id":"cat"},{"user_id":"ann"}]})");
  ASSERT_EQ(batch.status, 200);
  const auto results = batch.json().at("results").as_array();
  EXPECT_EQ(text(results[0], "code"), "quota_exceeded");
  EXPECT_TRUE(results[1].at("success").as_bool());
  EXPECT_EQ(update("smaller", "cat").status, 200) << "another tenant";
  EXPECT_EQ(whole_board(*client_, named_root + "/small.a/daily"),
            (std::vector<standing>{{"ann", 3}}));
}

TEST_P(TenantLimits, ATenantSendsNoMoreUpdatesThanItMay) {
  const auto first = update("slow.a", "ann");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.header("RateLimit-Limit"), "1");
  EXPECT_EQ(first.header("RateLimit-Remaining"), "0");
  const auto batch =
      client_->post(named_root + "/slow.a/update/batch",
                    R"({"updates":[{"user_id":"ann"},{"user_id":"bob"},{"user_id":"cat"}]})");
  ASSERT_EQ(batch.status, 200);
  int refused = 0;
  const auto results = batch.json().at("results").as_array();
  for (const auto& one : results)
    refused += !one.at("success").as_bool() && text(one, "code") == "rate_limited" ? 1 : 0;
  EXPECT_GE(refused, 2) << "a token may have come meanwhile";
  response again = update("slow.a", "ann");
  for (int i = 0; i < 1'000 && again.status == 200; ++i)
    again = update("slow.a", "ann");
  EXPECT_EQ(again.status, 429);
  EXPECT_EQ(again.problem_code(), "rate_limited");
  EXPECT_EQ(again.header("Retry-After"), "1");
  EXPECT_EQ(again.header("RateLimit-Limit"), "1");
  again = update("slow.new", "ann");
  for (int i = 0; i < 1'000 && again.status == 200; ++i)
    again = update("slow.new" + std::to_string(i), "ann");
  EXPECT_EQ(again.status, 429);
  EXPECT_EQ(again.header("RateLimit-Limit"), "1") << "also of one that does not exist";
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(update("acme", "ann").status, 200) << "another tenant";
}

TEST_P(TenantLimits, ALeaderboardThatWasUsedIsWarmAfterARestart) {
  ASSERT_EQ(update("acme", "ann").status, 200);
  ASSERT_EQ(whole_board(*client_, named_root + "/acme/daily").size(), 1U);
  client_.reset();
  service_->kill();
  service_->start();
  client_.emplace(service_->client());
  const auto complete = [&] {
    return client_->get(named_root + "/acme/admin/status").json().at("complete").as_bool();
  };
  for (int i = 0; i < 300 && !complete(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  EXPECT_TRUE(complete()) << "nobody has read it";
}

} // namespace
} // namespace standings::test
