#include "tests/integration/api.hpp"
#include "tests/support/alias_file.hpp"
#include "tests/support/held_transaction.hpp"
#include "tests/support/metrics_text.hpp"
#include "tests/support/session_service.hpp"
#include "tests/support/sync_test.hpp"

#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <regex>
#include <thread>

namespace standings::test {
namespace {

using std::chrono::seconds;

/// The names in the tables of docs/metrics.md, with their types.
std::map<std::string, std::string> documented() {
  std::map<std::string, std::string> out;
  std::ifstream file{STANDINGS_SOURCE_DIR "/docs/metrics.md"};
  const std::regex row{R"(^\| `([a-z0-9_]+)` \| (counter|gauge|histogram) \|.*)"};
  std::smatch found;
  for (std::string line; std::getline(file, line);)
    if (std::regex_match(line, found, row))
      out.emplace(found[1], found[2]);
  return out;
}

metrics_text scrape(http_client client) {
  const auto answer = client.get("/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  return metrics_text{answer.body};
}

void expect_documented(const metrics_text& text) {
  const auto known = documented();
  for (const auto& [name, type] : text.types()) {
    const auto at = known.find(name);
    EXPECT_NE(at, known.end()) << name << " is not in docs/metrics.md";
    EXPECT_TRUE(at == known.end() || at->second == type) << name << " is a " << type;
  }
}

void expect_promtool_accepts(const std::string& text) {
  const auto checked = promtool("check metrics <\"$0\"", text);
  EXPECT_EQ(checked.exit_code, 0) << checked.output << checked.error;
}

std::set<std::string> families(const metrics_text& text) {
  std::set<std::string> out;
  for (const auto& [name, type] : text.types())
    out.insert(name);
  return out;
}

/// A service in which every metric of its backends appears.
class Metrics : public testing::Test {
protected:
  static void use_some_of_everything(http_client& client) {
    EXPECT_EQ(client.update("ann", 5).status, 200);
    EXPECT_EQ(client.get("/api/redis-leaderboard/daily").status, 200);
    EXPECT_EQ(client.get("/api/redis-leaderboard/user/nobody").status, 404);
    EXPECT_EQ(client.post(sync_root + "/sync", "{}").status, 200);
    EXPECT_EQ(client.post("/api/aliases/sync").status, 200);
  }

  temp_dir dir;
  alias_file file{dir / "sports.db"};
};

TEST_F(Metrics, OfSqliteAndMemoryAndOfPostgresAndRedisAreTheDocumentedOnes) {
  file.add(alias_type::team, 7, "rmcf");
  const std::vector<std::string> both{"aliases.source=" + file.path(), "aliases.enabled=true",
                                      "reconcile.enabled=true"};
  const service_under_test small{both};
  auto client = small.client();
  use_some_of_everything(client);
  auto answer = client.get("/metrics");
  expect_promtool_accepts(answer.body);
  auto seen = scrape(small.client());
  expect_documented(seen);
  auto found = families(seen);

  session_service large{true, both};
  large.start();
  auto other = large.running->client();
  use_some_of_everything(other);
  large.write("one", R"({"group":"g","messages":[{"sender_id":"a","content":"x"}]})");
  const auto lag_is_known = [&] {
    return scrape(large.running->client()).find("standings_session_lag_p99_seconds").has_value();
  };
  EXPECT_TRUE(eventually(lag_is_known, seconds{20}));
  expect_promtool_accepts(other.get("/metrics").body);
  seen = scrape(large.running->client());
  expect_documented(seen);
  found.merge(families(seen));
  for (const auto& [name, type] : documented())
    EXPECT_TRUE(found.contains(name)) << name << " is documented and never appears";

  EXPECT_EQ(seen.find(R"(standings_redis_breakers_open{guards="rank_cache"})"), 0);
  EXPECT_EQ(seen.find(R"(standings_actor_state{actor="run_keeper",state="running"})"), 1);
  EXPECT_EQ(seen.find(R"(standings_reconcile_runs_total{outcome="completed"})"), 1);
  EXPECT_EQ(seen.find("standings_updates_total"), 1);
}

TEST_F(Metrics, CountRequestsForNamedLeaderboardsByTenant) {
  const service_under_test service;
  auto client = service.client();
  const std::string root = "/api/leaderboards";
  for (const auto* id : {"acme.eu", "acme.us", "zoo"})
    EXPECT_EQ(client.put(root + "/" + id, "{}").status, 201);
  const auto before = scrape(service.client());
  EXPECT_EQ(client.post(root + "/acme.eu/update", R"({"user_id":"ann"})").status, 200);
  EXPECT_EQ(client
                .post(root + "/update",
                      R"({"user_id":"ann","count":1,"leaderboards":["acme.us","zoo","default"]})")
                .status,
            200);
  EXPECT_EQ(client.get(root + "/acme.eu/daily").status, 200);
  EXPECT_EQ(client.get(root + "/acme.eu/user/nobody").status, 404);
  EXPECT_EQ(client.get(root + "/unheard.of/daily").status, 404);
  const auto after = scrape(service.client());
  const auto of = [&](const std::string& tenant, const std::string& result) {
    return after.find("standings_tenant_requests_total{tenant=\"" + tenant + "\",result=\"" + result
                      + "\"}");
  };
  EXPECT_EQ(of("acme", "updated"), 2);
  EXPECT_EQ(of("acme", "read"), 1);
  EXPECT_EQ(of("acme", "failed"), 0);
  EXPECT_EQ(of("zoo", "updated"), 1);
  EXPECT_EQ(of("other", "updated"), 0);
  EXPECT_EQ(of("unheard", "read"), std::nullopt) << "a client has made it up";
  EXPECT_EQ(after.find("standings_leaderboards_in_use"), 1) << "the others were not read";
  EXPECT_EQ(after.find(R"(standings_leaderboard_loads_total{outcome="completed"})"), 1);
  EXPECT_EQ(after.find("standings_named_updates_total").value_or(0)
                - before.find("standings_named_updates_total").value_or(0),
            2);
}

TEST_F(Metrics, HaveABoundedNumberOfTenants) {
  const service_under_test service;
  auto client = service.client();
  for (int i = 0; i < 40; ++i) {
    const auto path = "/api/leaderboards/t" + std::to_string(i);
    client.put(path, "{}");
    EXPECT_EQ(client.post(path + "/update", R"({"user_id":"ann"})").status, 200);
  }
  const auto text = scrape(service.client());
  EXPECT_EQ(text.sum(R"(standings_tenant_requests_total)"), 40);
  EXPECT_EQ(text.find(R"(standings_tenant_requests_total{tenant="other",result="updated"})"), 20);
}

TEST_F(Metrics, DoNotGrowWithWhatClientsSend) {
  const service_under_test service;
  auto client = service.client();
  const auto use = [&](int first) {
    for (int i = first; i < first + 30; ++i) {
      const auto id = std::to_string(i);
      client.update("user" + id);
      client.get("/api/redis-leaderboard/user/user" + id);
      client.get("/api/redis-leaderboard/period" + id);
      client.get("/unknown/" + id);
    }
  };
  use(0);
  scrape(service.client());
  const auto before = scrape(service.client());
  use(30);
  const auto after = scrape(service.client());
  EXPECT_EQ(
      after.find(R"(standings_http_requests_total{method="any",route="unmatched",status="404"})"),
      60);
  for (const auto& [series, value] : after.samples()) {
    EXPECT_EQ(series.find("user3"), std::string::npos) << series;
    EXPECT_EQ(series.find("unknown/"), std::string::npos) << series;
  }
  const auto of_requests = [](const metrics_text& text) {
    return std::count_if(text.samples().begin(), text.samples().end(), [](const auto& sample) {
      return sample.first.starts_with("standings_http_");
    });
  };
  EXPECT_EQ(of_requests(before), of_requests(after));
}

TEST_F(Metrics, CountHitsAndMisses) {
  const service_under_test service;
  auto client = service.client();
  ASSERT_EQ(client.update("ann", 5).status, 200);
  const auto reads = [&](const std::string& result) {
    return scrape(service.client())
        .find("standings_cache_reads_total{result=\"" + result + "\"}")
        .value();
  };
  const auto hits = reads("hit");
  const auto misses = reads("miss");
  for (int i = 0; i < 3; ++i)
    ASSERT_EQ(client.get("/api/redis-leaderboard/daily").status, 200);
  ASSERT_EQ(client.get("/api/redis-leaderboard/user/ann").status, 200);
  ASSERT_EQ(client.get("/api/redis-leaderboard/user/nobody").status, 404);
  EXPECT_EQ(reads("hit"), hits + 4);
  EXPECT_EQ(reads("miss"), misses + 1);
}

/// Board reads hang at a Redis that has been stopped.
TEST(MetricsOfABusyService, AreAnsweredWhileAllOtherRequestsAreRefused) {
  redis_server redis;
  const service_under_test service{{"cache.backend=redis",
                                    "cache.port=" + std::to_string(redis.port()), "http.threads=1",
                                    "http.max_in_flight=2"}};
  redis.signal(SIGSTOP);
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i)
    readers.emplace_back([&service, i] {
      service.client().get("/api/redis-leaderboard/user/u" + std::to_string(i));
    });
  const auto refused = [&] {
    return scrape(service.client()).find(R"(standings_http_refused_total{what="request"})") > 0;
  };
  EXPECT_TRUE(eventually(refused, seconds{10}));
  for (auto& each : readers)
    each.join();
  redis.signal(SIGCONT);
}

/// A lock on what instances share keeps reconcile's keeper from telling its state.
TEST_F(SyncTest, WhatAnActorDoesNotTellInTimeIsMissingFromTheMetrics) {
  const auto of_reconcile = R"(standings_status_answered{actor="reconcile"})";
  auto text = scrape(service->client());
  EXPECT_EQ(text.find(of_reconcile), 1);
  {
    const held_transaction lock{schema.url(), "LOCK TABLE " + schema.name()
                                                  + ".sync_state IN ACCESS EXCLUSIVE MODE"};
    text = scrape(service->client());
    EXPECT_EQ(text.find(of_reconcile), 0);
    EXPECT_FALSE(text.find("standings_reconcile_deletes_held"));
    EXPECT_EQ(text.find("standings_ready"), 1) << "all others tell theirs";
  }
  const auto told = [&] {
    return scrape(service->client()).find(of_reconcile) == 1;
  };
  EXPECT_TRUE(eventually(told, seconds{20}));
}

} // namespace
} // namespace standings::test
