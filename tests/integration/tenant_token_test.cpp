#include "tests/integration/api.hpp"
#include "tests/support/service_under_test.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace standings::test {
namespace {

/// A token that may do everything, for the leaderboards of one tenant.
class TenantToken : public testing::Test {
protected:
  TenantToken() {
    std::ofstream{tokens_} << "- {name: acme, sha256: "
                              "a7c309073aed9e8b6bf936dfa50e30c2247f0e0afe334dcb844863d59e75fa74,"
                              " may: [read, inspect, write, admin], tenant: acme}\n";
    service_.emplace(std::vector<std::string>{"tokens_file=" + tokens_});
    for (const auto* id : {"acme", "acme.eu", "acmes", "other"})
      service_->client().put(root_ + "/" + id, "{}");
    client_.emplace(service_->port(),
                    httplib::Headers{{"Authorization", "Bearer tenant-token-of-acme"}});
  }

  const std::string root_ = "/api/leaderboards";
  temp_dir dir_;
  const std::string tokens_ = dir_ / "tokens.yaml";
  std::optional<service_under_test> service_;
  std::optional<http_client> client_;
};

TEST_F(TenantToken, OpensTheTenantsOwnLeaderboards) {
  EXPECT_EQ(client_->post(root_ + "/acme.eu/update", R"({"user_id":"ann"})").status, 200);
  EXPECT_EQ(client_->get(root_ + "/acme.eu/daily").status, 200);
  EXPECT_EQ(client_->put(root_ + "/acme.new", "{}").status, 201);
  EXPECT_EQ(client_->get(root_).json().at("leaderboards").as_array().size(), 3U);
}

TEST_F(TenantToken, KnowsOfNoOthers) {
  for (const auto* other : {"other", "acmes", "nowhere"}) {
    const auto at = root_ + "/" + other;
    for (const auto& refused :
         {client_->get(at), client_->get(at + "/daily"), client_->get(at + "/user/ann"),
          client_->put(at, "{}"), client_->del(at), client_->get(at + "/admin/status"),
          client_->del(at + "/user/ann"), client_->post(at + "/admin/reset/daily"),
          client_->post(at + "/update", R"({"user_id":"ann"})"), client_->get(at + "/daily/live"),
          client_->post(root_ + "/update", R"({"user_id":"ann","leaderboards":["acme",")"
                                               + std::string{other} + R"("]})")}) {
      EXPECT_EQ(refused.status, 404) << other;
      EXPECT_EQ(refused.problem_code(), "unknown_leaderboard") << other;
    }
  }
  EXPECT_EQ(client_->get(root_ + "?tenant=other").status, 403);
  ASSERT_EQ(service_->client().del(root_ + "/other").status, 200);
  const auto archived = client_->get(root_ + "?archived=true");
  EXPECT_TRUE(archived.json().at("leaderboards").as_array().empty()) << archived.body;
  EXPECT_EQ(service_->client().get(root_ + "/nowhere").status, 404) << "it was not made";
}

TEST_F(TenantToken, FeedsNoOthers) {
  for (const auto* other : {"other", "acmes", "default"}) {
    const auto refused =
        client_->put(root_ + "/acme.eu", R"({"feeds":["acme",")" + std::string{other} + R"("]})");
    EXPECT_EQ(refused.status, 422) << other;
    EXPECT_EQ(text(refused.json(), "field"), "feeds") << other;
  }
  EXPECT_EQ(client_->put(root_ + "/acme.eu", R"({"feeds":["acme"]})").status, 200);
}

TEST_F(TenantToken, SeesNothingOfWhatItsLeaderboardsFeed) {
  auto all = service_->client();
  ASSERT_LT(all.put(root_ + "/acme.eu", R"({"feeds":["other","default"]})").status, 300);
  ASSERT_EQ(all.post(root_ + "/other/update", R"({"user_id":"ann","count":5})").status, 200);
  const auto shown = client_->get(root_ + "/acme.eu");
  EXPECT_TRUE(shown.json().at("settings").at("feeds").as_array().empty()) << shown.body;
  EXPECT_EQ(client_->get(root_).body.find("other"), std::string::npos);
  ASSERT_EQ(all.del(root_ + "/acme.eu").status, 200);
  const auto archived = client_->get(root_ + "?archived=true");
  EXPECT_NE(archived.body.find("acme.eu"), std::string::npos);
  EXPECT_EQ(archived.body.find("other"), std::string::npos) << archived.body;
  ASSERT_EQ(client_->put(root_ + "/acme.eu", R"({"restore":true})").status, 200);
  EXPECT_EQ(client_->put(root_ + "/acme.eu", R"({"max_count":50})").body.find("other"),
            std::string::npos);
  for (const auto& done :
       {client_->post(root_ + "/acme.eu/update", R"({"user_id":"ann","count":2})"),
        client_->post(root_ + "/acme.eu/update/batch",
                      R"({"updates":[{"user_id":"ann","count":2}]})"),
        client_->post(root_ + "/update",
                      R"({"user_id":"ann","count":2,"leaderboards":["acme.eu"]})")}) {
    EXPECT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(done.body.find("other"), std::string::npos) << done.body;
    EXPECT_EQ(done.body.find("\"default\""), std::string::npos) << done.body;
  }
  EXPECT_NE(all.get(root_ + "/other/daily").body.find("11"), std::string::npos) << "it was fed";
}

TEST_F(TenantToken, IsRefusedWithoutTheNameOfWhatItsLeaderboardsFeed) {
  auto all = service_->client();
  ASSERT_EQ(all.put(root_ + "/other.secret", R"({"max_count":7})").status, 201);
  ASSERT_EQ(all.put(root_ + "/acme.eu", R"({"feeds":["other.secret"]})").status, 200);
  for (const auto& refused :
       {client_->post(root_ + "/acme.eu/update", R"({"user_id":"ann","count":9})"),
        client_->post(root_ + "/acme.eu/update/batch",
                      R"({"updates":[{"user_id":"ann","count":9}]})"),
        client_->post(root_ + "/update",
                      R"({"user_id":"ann","count":9,"leaderboards":["acme","acme.eu"]})")}) {
    EXPECT_NE(refused.body.find("invalid_count"), std::string::npos) << refused.body;
    EXPECT_EQ(refused.body.find("secret"), std::string::npos) << refused.body;
  }
  const auto told = all.post(root_ + "/acme.eu/update", R"({"user_id":"ann","count":9})");
  EXPECT_NE(told.body.find("in leaderboard 'other.secret'"), std::string::npos) << told.body;
  ASSERT_EQ(all.put(root_ + "/other.secret", R"({"feeds":["acme"]})").status, 200);
  const auto back = client_->put(root_ + "/acme", R"({"feeds":["acme.eu"]})");
  EXPECT_EQ(back.status, 422);
  EXPECT_EQ(back.body.find("secret"), std::string::npos) << back.body;
}

TEST_F(TenantToken, KeepsTheFeedsThatItDoesNotSee) {
  auto all = service_->client();
  ASSERT_EQ(all.put(root_ + "/acme.eu", R"({"feeds":["other","acme"]})").status, 200);
  const auto seen = client_->get(root_ + "/acme.eu").json().at("settings");
  const auto saved = client_->put(root_ + "/acme.eu", json::serialize(seen));
  ASSERT_EQ(saved.status, 200) << saved.body;
  EXPECT_EQ(saved.json().at("settings"), seen);
  const auto feeds = all.get(root_ + "/acme.eu").json().at("settings").at("feeds");
  EXPECT_EQ(feeds, json::parse(R"(["acme","other"])"));
  ASSERT_EQ(all.put(root_ + "/acme.eu", R"({"feeds":[]})").status, 200);
  EXPECT_TRUE(all.get(root_ + "/acme.eu").json().at("settings").at("feeds").as_array().empty());
}

TEST_F(TenantToken, SeesOfTheServiceWhatACallerWithoutATokenSees) {
  for (const std::string who : {"token", "auto"}) {
    client_.reset();
    service_.reset();
    service_.emplace(std::vector<std::string>{"tokens_file=" + tokens_, "http.inspect=" + who});
    client_.emplace(service_->port(),
                    httplib::Headers{{"Authorization", "Bearer tenant-token-of-acme"}});
    const auto shown = client_->get("/readyz");
    EXPECT_EQ(shown.status, 200);
    EXPECT_EQ(shown.body.find("leaderboards_in_use"), std::string::npos) << shown.body;
    EXPECT_EQ(client_->get("/metrics").status, 403);
  }
}

TEST_F(TenantToken, OpensNothingElse) {
  EXPECT_EQ(client_->update("ann").status, 403);
  EXPECT_EQ(client_->get(api_root + "/daily").status, 403);
  EXPECT_EQ(client_->post(admin_root + "/sync").status, 403);
  EXPECT_EQ(client_->post("/api/periodic-sync/sync").status, 403);
  EXPECT_EQ(
      client_->post(root_ + "/update", R"({"user_id":"ann","leaderboards":["acme","default"]})")
          .status,
      404);
  EXPECT_EQ(client_->get("/healthz").status, 200);
}

} // namespace
} // namespace standings::test
