#include "actors/supervision/relay.hpp"
#include "actors/supervision/supervisor.hpp"
#include "actors/supervision/system.hpp"
#include "http/api/metrics/status_metrics.hpp"
#include "tests/support/alert_case.hpp"
#include "tests/support/alias_file.hpp"
#include "tests/support/held_transaction.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/sync_test.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <regex>

/// Each alert fires when its fault is made on a running service.
namespace standings::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

scraped scrape(http_client& client) {
  const auto answer = client.get("/metrics");
  return {answer.status == 200, metrics_text{answer.body}};
}

/// The first scrape that fulfils the condition.
template <class Condition>
scraped scrape_until(const service_under_test& service, Condition done) {
  scraped out;
  auto client = service.client();
  EXPECT_TRUE(eventually(
      [&] {
        out = scrape(client);
        return done(out.text);
      },
      seconds{30}))
      << service.log();
  return out;
}

scraped scrape_until(const service_under_test& service, const std::string& series, double value) {
  return scrape_until(service,
                      [&](const metrics_text& text) { return text.find(series) == value; });
}

/// On PostgreSQL and Redis, with periodic runs.
class Alerts : public SyncTest {
protected:
  Alerts() : SyncTest({"reconcile.interval=1h"}) {
    scrape_until(*service, "standings_reconcile_leader", 1);
  }
};

TEST_F(Alerts, OfASlowServiceAndOfAnUnreachableRedis) {
  fill(30);
  run();
  const auto well = scrape_until(*service, "standings_ready", 1);
  other().cli().command({"CLIENT", "PAUSE", "700", "ALL"});
  service->client().get("/api/redis-leaderboard/user/" + user(1));
  const auto slow = scrape_until(*service, "standings_ready", 1);
  expect_alerts({{"StandingsSlow"}}, well, slow);

  redis.kill();
  EXPECT_EQ(service->client().post(sync_root + "/sync", "{}").status, 503);
  const auto away = scrape_until(*service, [](const metrics_text& text) {
    return text.find("standings_ready") == 0
           && text.find(R"(standings_redis_breakers_open{guards="rank_cache"})") == 1;
  });
  expect_alerts(
      {{"StandingsNotReady"}, {"StandingsRedisBreakerOpen"}, {"StandingsReconcileStale", 150, 90}},
      well, away);
}

TEST_F(Alerts, OfWhatReconcileFinds) {
  fill(30);
  run();
  sql(schema.url(),
      "ALTER TABLE pomo_leaderboard ADD CONSTRAINT no_poison CHECK (user_id <> 'poison')");
  const auto well = scrape_until(*service, "standings_reconcile_quarantined_users", 0);
  other().write("poison", 7);
  for (int i = 0; i < 5; ++i)
    other().remove(user(i));
  for (int i = 5; i < 10; ++i)
    other().write(user(i), 5'000);
  EXPECT_TRUE(held(run()));
  const auto found = scrape_until(*service, "standings_reconcile_deletes_held", 1);
  expect_alerts({{"StandingsDeletesHeld"}, {"StandingsQuarantineGrowing"}, {"StandingsDrift"}},
                well, found);
}

TEST_F(Alerts, OfLeaderboardsThatCannotBeLoaded) {
  auto client = service->client();
  const std::string loads = "standings_leaderboard_loads_total";
  const std::string board = "/api/leaderboards/acme/daily";
  ASSERT_EQ(client.put("/api/leaderboards/acme", "{}").status, 201);
  ASSERT_EQ(client.get(board).status, 200);
  const auto well = scrape_until(*service, loads + R"({outcome="completed"})", 1);
  auto admin = other();
  admin.cli().command({"DEL", "leaderboard:{acme}:meta"});
  admin.cli().command({"ACL", "SETUSER", "default", "resetkeys", "~leaderboard:[a-z]*",
                       "~user:details:*", "~session:*", "~alias:*", "~cache:*"});
  EXPECT_EQ(client.get(board).status, 503);
  const auto failing = scrape_until(*service, [&](const metrics_text& text) {
    return text.find(loads + R"({outcome="failed"})").value_or(0) > 0;
  });
  expect_alerts({{"StandingsLoadsFailing"}}, well, failing);
  EXPECT_NE(service->log().find("Failed to load leaderboard 'acme' into the cache"),
            std::string::npos);
}

TEST_F(Alerts, OfCachesOfNamedLeaderboardsThatDiffer) {
  auto client = service->client();
  const std::string comparisons = "standings_leaderboard_comparisons_total";
  ASSERT_EQ(client.put("/api/leaderboards/acme", "{}").status, 201);
  ASSERT_EQ(client.post("/api/leaderboards/acme/update", R"({"user_id":"ann"})").status, 200);
  ASSERT_EQ(client.get("/api/leaderboards/acme/daily").status, 200);
  run();
  const auto well = scrape_until(*service, [&](const metrics_text& text) {
    return text.find(comparisons + R"({outcome="same"})").value_or(0) > 0;
  });
  EXPECT_EQ(well.text.find(comparisons + R"({outcome="differed"})"), 0);
  other().cli().command({"ZADD", "leaderboard:{acme}:daily", "4000", "ann"});
  run();
  const auto found = scrape_until(*service, [&](const metrics_text& text) {
    return text.find(comparisons + R"({outcome="differed"})").value_or(0) > 0;
  });
  expect_alerts({{"StandingsLeaderboardsDrift"}}, well, found);
}

TEST_F(Alerts, OfLockedTables) {
  const auto well = scrape_until(*service, [](const metrics_text& text) {
    return text.find("standings_session_sync_working") == 1
           && text.find(R"(standings_status_answered{actor="reconcile"})") == 1;
  });
  {
    const held_transaction lock{schema.url(), "LOCK TABLE " + schema.name()
                                                  + ".sync_state IN ACCESS EXCLUSIVE MODE"};
    const auto silent =
        scrape_until(*service, R"(standings_status_answered{actor="reconcile"})", 0);
    expect_alerts({{"StandingsStatusMissing"}}, well, silent);
  }
  {
    const held_transaction lock{schema.url(), "LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE"};
    other().cli().command(
        {"SET", "session:1", R"({"group":"g","messages":[{"sender_id":"a","content":"x"}]})"});
    scrape_until(*service, [](const metrics_text& text) {
      return text.find(R"(standings_session_hints_total{result="heard"})") > 0;
    });
    std::this_thread::sleep_for(milliseconds{1'100}); // the lag
  }
  const auto late = scrape_until(*service, [](const metrics_text& text) {
    return text.find("standings_session_lag_p99_seconds").has_value();
  });
  expect_alerts({{"StandingsSessionLag"}}, well, late);
}

TEST(AlertsOfAService, WithoutItsDatabase) {
  postgres_server database;
  redis_server redis;
  service_under_test service{{"database.backend=postgres", "database.url=" + database.url(),
                              "cache.backend=redis", "cache.port=" + std::to_string(redis.port())}};
  auto client = service.client();
  ASSERT_EQ(client.update("ann").status, 200);
  const auto well = scrape_until(service, "standings_session_sync_working", 1);
  database.kill();
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(client.update("ann").status, 503);
  const auto served = scrape_until(service, [](const metrics_text& text) {
    return text.find(R"(standings_actor_state{actor="hydration_worker/0",state="running"})") == 0;
  });
  EXPECT_EQ(served.text.find("standings_ready"), 1) << "boards are served";
  EXPECT_EQ(served.text.find("standings_cache_up"), 1);
  raw_redis{redis.port()}.command({"FLUSHALL"});
  client.get("/api/redis-leaderboard/daily"); // notices it
  const auto restarts = [](const metrics_text& text) {
    return text.find(R"(standings_actor_restarts_total{actor="score_writer/0"})").value_or(0);
  };
  const auto away = scrape_until(service, [&](const metrics_text& text) {
    return text.find("standings_database_up") == 0 && text.find("standings_cache_complete") == 0
           && text.find("standings_session_sync_working") == 0
           && restarts(text) > restarts(well.text);
  });
  expect_alerts({{"StandingsDatabaseAway"},
                 {"StandingsUpdatesFailing"},
                 {"StandingsRestarting"},
                 {"StandingsCacheIncomplete"},
                 {"StandingsNotReady"},
                 {"StandingsSessionLag"}},
                well, away);
}

TEST(AlertsOfAService, WithADamagedAliasSource) {
  const temp_dir dir;
  const alias_file file{dir / "sports.db", "DELETE"};
  file.add(alias_type::team, 7, "rmcf");
  const service_under_test service{{"aliases.source=" + file.path(), "aliases.enabled=true"}};
  auto client = service.client();
  ASSERT_EQ(client.post("/api/aliases/sync").status, 200);
  const auto well = scrape_until(service, R"(standings_aliases{type="team"})", 1);
  std::ofstream{file.path(), std::ios::trunc} << "not a database";
  client.post("/api/aliases/sync");
  const auto damaged = scrape_until(service, [&](const metrics_text& text) {
    return text.sum("standings_alias_cycles_total") > well.text.sum("standings_alias_cycles_total");
  });
  EXPECT_EQ(damaged.text.find("standings_alias_last_success_timestamp_seconds"),
            well.text.find("standings_alias_last_success_timestamp_seconds"));
  expect_alerts({{"StandingsAliasMirrorStale", 60, 10}}, well, damaged);
}

TEST(AlertsOfAService, WithTooManyConnectionsAndAfterItsEnd) {
  service_under_test service{{"http.max_connections=10"}};
  auto client = service.client();
  auto well = scrape(client);
  ASSERT_TRUE(eventually( // those that waited until it was ready have ended
      [&] {
        well = scrape(client);
        return well.text.find("standings_http_connections") == 1;
      },
      seconds{10}));
  std::vector<raw_connection> open;
  for (int i = 0; i < 9; ++i)
    open.emplace_back(service.port());
  auto full = well;
  EXPECT_TRUE(eventually(
      [&] {
        full = scrape(client);
        return full.text.find("standings_http_connections") == 10;
      },
      seconds{10}));
  expect_alerts({{"StandingsConnectionsNearBound"}}, well, full);
  service.kill();
  const auto gone = scrape(client);
  EXPECT_FALSE(gone.up);
  expect_alerts({{"StandingsDown"}}, well, gone);
}

// -- a feature that ends again and again, as none of the service's own does -----------

caf::behavior idle(caf::event_based_actor*) {
  return {[](bool) {
  }};
}

caf::behavior ending(caf::event_based_actor* self) {
  self->quit(caf::exit_reason::kill);
  return {};
}

scraped scrape(caf::scoped_actor& self, const supervisor_actor& root) {
  health_report report;
  self->request(root, seconds{10}, get_status{})
      .receive([&](component_status& status) { report.children = std::move(status.workers); },
               [](const caf::error&) { ADD_FAILURE() << "the supervisor does not answer"; });
  metric_families text;
  add_health(text, report);
  return {true, metrics_text{text.text()}};
}

TEST(AlertsOfASupervisor, WithAParkedActor) {
  system_config settings;
  caf::actor_system system{settings};
  std::atomic<bool> ends = false;
  caf::actor first;
  restart_limits limits;
  limits.delays.min = limits.delays.max = milliseconds{1};
  const auto start = [&](caf::local_actor* owner) {
    auto child = ends ? owner->spawn(ending) : owner->spawn(idle);
    if (!ends)
      first = child;
    return child;
  };
  const auto root = system.spawn(
      supervisor, std::vector<supervised>{{{"feature", start, limits}, spawn_relay(system)}},
      supervisor_options{});
  caf::scoped_actor self{system};
  const std::string state = R"(standings_actor_state{actor="feature",state=)";
  auto well = scrape(self, caf::actor_cast<supervisor_actor>(root));
  EXPECT_EQ(well.text.find(state + R"("running"})"), 1);
  ends = true;
  self->send_exit(first, caf::exit_reason::kill);
  auto parked = well;
  EXPECT_TRUE(eventually(
      [&] {
        parked = scrape(self, caf::actor_cast<supervisor_actor>(root));
        return parked.text.find(state + R"("parked"})") == 1;
      },
      seconds{10}));
  expect_alerts({{"StandingsActorParked"}}, well, parked);
  self->send_exit(root, caf::exit_reason::user_shutdown);
}

TEST(AlertRules, HaveACaseEach) {
  const auto rules = read_file(STANDINGS_SOURCE_DIR "/deploy/prometheus/alerts.yaml");
  const auto cases = read_file(STANDINGS_SOURCE_DIR "/tests/faults/alerts_test.cpp");
  const std::regex name{R"(- alert: (\w+))"};
  for (std::sregex_iterator at{rules.begin(), rules.end(), name}, end; at != end; ++at)
    EXPECT_NE(cases.find("{\"" + (*at)[1].str() + "\""), std::string::npos) << (*at)[1];
}

} // namespace
} // namespace standings::test
