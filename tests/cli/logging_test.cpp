#include "tests/support/http_client.hpp"
#include "tests/support/process.hpp"
#include "tests/support/service_under_test.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <sstream>
#include <vector>

namespace standings::test {
namespace {

namespace json = boost::json;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;
using words = std::vector<std::string>;

std::vector<json::object> objects_of(const std::string& log) {
  std::vector<json::object> out;
  std::istringstream in{log};
  for (std::string line; std::getline(in, line);)
    out.push_back(json::parse(line).as_object());
  return out;
}

TEST(ServiceLog, IsOneJsonObjectPerLine) {
  service_under_test service{{"log.format=json", "log.level=debug", "log.access=all"}};
  EXPECT_EQ(service.client().update("ann").status, 200);
  EXPECT_EQ(service.stop(SIGTERM), 0);
  const auto lines = objects_of(service.log());
  ASSERT_GE(lines.size(), 5U);
  for (const auto& line : lines)
    for (const auto* member : {"time", "level", "message", "component"})
      EXPECT_TRUE(line.contains(member)) << json::serialize(line);
}

/// A service on stores that do not answer, with a secret wherever one may be configured.
class FailingService : public testing::TestWithParam<const char*> {
protected:
  void start(const words& more) {
    words arguments{"serve", "--port", "0", "--data-dir", dir_ / "data"};
    for (const auto& setting : more) {
      arguments.emplace_back("--set");
      arguments.push_back(setting);
    }
    service_ = std::make_unique<process>(STANDINGS_BINARY,
                                         process::options{arguments, dir_ / "out", dir_ / "log"});
    const std::string marker = "Listening on http://127.0.0.1:";
    ASSERT_TRUE(eventually([&] { return log().find(marker) != std::string::npos; }, seconds{10}))
        << log();
    port_ =
        static_cast<std::uint16_t>(std::stoul(log().substr(log().find(marker) + marker.size())));
  }

  bool logs(const std::string& text) {
    return eventually([&] { return log().find(text) != std::string::npos; }, seconds{10});
  }

  [[nodiscard]] std::string log() const { return read_file(dir_ / "log"); }

  const temp_dir dir_;
  std::unique_ptr<process> service_;
  std::uint16_t port_ = 0;
};

TEST_P(FailingService, LogsNoSecretAtAnyLevel) {
  start({"log.level=debug", "log.access=all", std::string{"log.format="} + GetParam(),
         "http.request_timeout=1s", "admin.token=s3cr3t-token-of-length",
         "database.backend=postgres", "database.url=postgresql://ann:s3cr3t@127.0.0.1:1/none",
         "cache.backend=redis", "cache.url=redis://ann:s3cr3t@127.0.0.1:1/0",
         "reconcile.webhook_url=http://127.0.0.1:1/s3cr3t", "reconcile.webhook_secret=s3cr3t"});
  http_client client{port_};
  for (const auto* token : {"s3cr3t-token-of-length", "s3cr3t-but-wrong"}) {
    const httplib::Headers with{{"Authorization", std::string{"Bearer "} + token},
                                {"Idempotency-Key", "s3cr3t"}};
    EXPECT_GE(client.post("/api/periodic-sync/sync", R"({"wait":false})", with).status, 401);
    EXPECT_GE(client.get("/api/redis-leaderboard/daily?token=s3cr3t", with).status, 500);
    EXPECT_GE(client.post("/api/redis-leaderboard/update", R"({"user_id":"a"})", with).status, 500);
  }
  service_->signal(SIGHUP);
  EXPECT_TRUE(logs("SIGHUP"));
  service_->signal(SIGTERM);
  EXPECT_EQ(service_->wait(seconds{20}), 0);
  EXPECT_THAT(log(), HasSubstr("Failed to"));
  EXPECT_THAT(log(), HasSubstr("was answered 401"));
  EXPECT_THAT(log(), Not(HasSubstr("s3cr3t")));
}

INSTANTIATE_TEST_SUITE_P(Formats, FailingService, testing::Values("text", "json"));

class UnreachableDatabase : public FailingService {};

TEST_F(UnreachableDatabase, IsLoggedWithTheRequestsThatItFails) {
  start({"http.request_timeout=1s", "database.backend=postgres",
         "database.url=postgresql://127.0.0.1:1/none"});
  http_client client{port_};
  const auto refused = client.post("/api/redis-leaderboard/update", R"({"user_id":"a"})",
                                   {{"X-Request-Id", "traced-1"}});
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(logs("POST /api/redis-leaderboard/update was answered 503 in ")) << log();
  EXPECT_THAT(log(), HasSubstr(" request_id=traced-1\n"));
}

TEST(ServiceLog, TellsWhichRequestStartedWhat) {
  service_under_test service{{"log.level=debug"}};
  auto client = service.client();
  const httplib::Headers run{{"X-Request-Id", "the-run"}};
  const httplib::Headers rebuild{{"X-Request-Id", "the-rebuild"}};
  const httplib::Headers reset{{"X-Request-Id", "the-reset"}};
  const httplib::Headers clear{{"X-Request-Id", "the-clear"}};
  const httplib::Headers miss{{"X-Request-Id", "the-miss"}};
  EXPECT_EQ(client.post("/api/periodic-sync/sync", "", run).status, 200);
  EXPECT_EQ(client.post("/api/redis-leaderboard/admin/sync", "", rebuild).status, 200);
  EXPECT_EQ(client.post("/api/redis-leaderboard/admin/reset/daily", "", reset).status, 200);
  EXPECT_EQ(client.del("/api/redis-leaderboard/admin/cache", clear).status, 200);
  EXPECT_EQ(client.get("/api/redis-leaderboard/user/nobody", miss).status, 404);
  EXPECT_EQ(service.stop(SIGTERM), 0);
  const auto log = service.log();
  for (const auto* part :
       {"Starting Redis -> PostgreSQL sync", "Sync completed", "Loading the cache",
        "The cache is complete", "Reset the daily period", "Clearing the cache", "Cache miss"})
    EXPECT_THAT(log, HasSubstr(part));
  EXPECT_THAT(log, testing::ContainsRegex("Starting Redis[^\n]*request_id=the-run"));
  EXPECT_THAT(log, testing::ContainsRegex("Sync completed[^\n]*request_id=the-run"));
  EXPECT_THAT(log, testing::ContainsRegex("Loading the cache[^\n]*request_id=the-rebuild"));
  EXPECT_THAT(log, testing::ContainsRegex("Reset the daily[^\n]*request_id=the-reset"));
  EXPECT_THAT(log, testing::ContainsRegex("Clearing the cache[^\n]*request_id=the-clear"));
  EXPECT_THAT(log, testing::ContainsRegex("Cache miss[^\n]*request_id=the-miss"));
}

} // namespace
} // namespace standings::test
