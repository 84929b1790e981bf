#include "http/api/metrics/status_metrics.hpp"
#include "http/api/metrics/traffic_metrics.hpp"
#include "tests/support/metrics_text.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

using namespace std::chrono_literals;

template <class Status, class Add>
metrics_text text_of(const Status& status, Add add) {
  metric_families out;
  add(out, status);
  return metrics_text{out.text()};
}

sys_time at_second(std::int64_t s) {
  return sys_time{std::chrono::seconds{s}};
}

TEST(StatusMetrics, ShowWhichStateAnActorIsIn) {
  health_report report;
  report.children = {{"scoring", child_state::running, 0, {}}};
  report.workers = {{"run_keeper", child_state::parked, 7, "away"}};
  const auto text = text_of(report, add_health);
  EXPECT_EQ(text.find(R"(standings_actor_state{actor="scoring",state="running"})"), 1);
  EXPECT_EQ(text.find(R"(standings_actor_state{actor="run_keeper",state="running"})"), 0);
  EXPECT_EQ(text.find(R"(standings_actor_state{actor="run_keeper",state="parked"})"), 1);
  EXPECT_EQ(text.find(R"(standings_actor_restarts_total{actor="run_keeper"})"), 7);
}

TEST(StatusMetrics, ShowReadinessAndTheCache) {
  health_report report;
  report.ready = true;
  report.hydration.complete = true;
  report.hydration.rebuilds = 3;
  report.hydration.failed_rebuilds = 2;
  report.hydration.pending = 5;
  const auto text = text_of(report, add_health);
  EXPECT_EQ(text.find("standings_ready"), 1);
  EXPECT_EQ(text.find("standings_database_up"), 0) << "its workers are not there";
  EXPECT_EQ(text.find("standings_cache_complete"), 1);
  EXPECT_EQ(text.find("standings_cache_up"), 0);
  EXPECT_EQ(text.find("standings_cache_pending_users"), 5);
  EXPECT_EQ(text.find(R"(standings_cache_rebuilds_total{outcome="completed"})"), 3);
  EXPECT_EQ(text.find(R"(standings_cache_rebuilds_total{outcome="failed"})"), 2);
}

TEST(StatusMetrics, TakeOverKnownGaugesAndLeaveOutOthers) {
  health_report report;
  report.gauges = {{"updates", 9}, {"updates_queued", 4}, {"aliases", 2}};
  const auto text = text_of(report, add_health);
  EXPECT_EQ(text.find("standings_updates_total"), 9);
  EXPECT_EQ(text.types().at("standings_updates_total"), "counter");
  EXPECT_EQ(text.find("standings_updates_queued"), 4);
  EXPECT_FALSE(text.types().contains("standings_aliases"));
}

TEST(StatusMetrics, LeaveOutWhatReconcileDoesNotKnow) {
  reconcile_status status;
  auto text = text_of(status, add_reconcile);
  EXPECT_FALSE(text.find("standings_reconcile_last_success_timestamp_seconds"));
  EXPECT_FALSE(text.find("standings_reconcile_last_run_duration_seconds"));
  EXPECT_FALSE(text.find("standings_reconcile_deletes_held")) << "the keeper does not answer";
  status.shared_state_known = status.deletes_held = true;
  status.held_candidates = 12;
  status.last_completed = at_second(100);
  text = text_of(status, add_reconcile);
  EXPECT_EQ(text.find("standings_reconcile_last_success_timestamp_seconds"), 100);
  EXPECT_EQ(text.find("standings_reconcile_deletes_held"), 1);
  EXPECT_EQ(text.find("standings_reconcile_held_deletes"), 12);
}

TEST(StatusMetrics, CountAsDriftWhatARunChanged) {
  reconcile_status status;
  status.totals = {.checked = 100, .created = 1, .updated = 2, .healed = 3, .removed = 4};
  status.totals.deleted = 5;
  status.totals.candidates = 50;
  const auto text = text_of(status, add_reconcile);
  EXPECT_EQ(text.find("standings_reconcile_drift_users_total"), 15);
  EXPECT_EQ(text.find(R"(standings_reconcile_users_total{result="checked"})"), 100);
}

TEST(StatusMetrics, KnowTheLastCycleOfTheMirrorThatSucceeded) {
  aliases_status status;
  status.enabled = status.running = true;
  alias_cycle failed;
  failed.started_at = at_second(300);
  failed.error = "damaged";
  alias_cycle good;
  good.started_at = at_second(200);
  alias_cycle older;
  older.started_at = at_second(100);
  status.history = {failed, good, older};
  auto text = text_of(status, add_aliases);
  EXPECT_EQ(text.find("standings_alias_last_success_timestamp_seconds"), 200);
  status.history = {failed};
  text = text_of(status, add_aliases);
  EXPECT_FALSE(text.find("standings_alias_last_success_timestamp_seconds"));
}

TEST(StatusMetrics, OfSessionsAreFewWhileTheyAreNotSynced) {
  sessions_status status;
  status.pending = 3;
  auto text = text_of(status, add_sessions);
  EXPECT_EQ(text.samples().size(), 1U);
  status.enabled = true;
  text = text_of(status, add_sessions);
  EXPECT_EQ(text.find("standings_sessions_pending"), 3);
  EXPECT_FALSE(text.find("standings_session_lag_p99_seconds")) << "nothing was measured";
  status.lag = {10, 1'500, 2'500'000, 0};
  text = text_of(status, add_sessions);
  EXPECT_DOUBLE_EQ(text.find("standings_session_lag_p50_seconds").value(), 0.0015);
  EXPECT_DOUBLE_EQ(text.find("standings_session_lag_p99_seconds").value(), 2.5);
}

TEST(StoreMetrics, ShowOnlyWhatWasCalled) {
  constexpr std::array<std::string_view, 2> operations{"read", "write"};
  store_metrics metrics;
  metrics.meters.push_back(std::make_shared<store_meter>("rows", operations));
  metrics.meters[0]->note(0, errc::none, 2ms);
  metrics.meters[0]->note(0, errc::store_unavailable, 2ms);
  metrics.breakers.emplace_back("reads", std::make_shared<breaker_state>());
  metrics.breakers[0].second->opened();
  const auto text = text_of(metrics, add_stores);
  const std::string calls = R"(standings_store_calls_total{store="rows",operation="read",outcome=)";
  EXPECT_EQ(text.find(calls + R"("ok"})"), 1);
  EXPECT_EQ(text.find(calls + R"("store_unavailable"})"), 1);
  EXPECT_EQ(text.sum("standings_store_calls_total"), 2);
  const std::string bucket =
      R"(standings_store_call_duration_seconds_bucket{store="rows",operation="read",le=)";
  EXPECT_EQ(text.find(bucket + R"("0.001"})"), 0);
  EXPECT_EQ(text.find(bucket + R"("0.0025"})"), 2) << "buckets are cumulated";
  EXPECT_EQ(text.find(bucket + R"("+Inf"})"), 2);
  EXPECT_EQ(text.find(R"(standings_redis_breakers_open{guards="reads"})"), 1);
}

} // namespace
} // namespace standings::test
