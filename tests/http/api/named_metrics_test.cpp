#include "http/api/metrics/named_metrics.hpp"
#include "tests/support/metrics_text.hpp"

#include <gtest/gtest.h>

namespace standings::test {
namespace {

metrics_text printed(const tenant_counts::totals& from) {
  metric_families all;
  add_tenants(all, from);
  return metrics_text{all.text()};
}

TEST(TenantMetrics, HaveALabelForEachKnownTenantAndOneForTheRest) {
  const auto text = printed({{{"acme", {3, 2, 1}}}, {7, 0, 0}});
  EXPECT_EQ(text.find(R"(standings_tenant_requests_total{tenant="acme",result="read"})"), 3);
  EXPECT_EQ(text.find(R"(standings_tenant_requests_total{tenant="acme",result="updated"})"), 2);
  EXPECT_EQ(text.find(R"(standings_tenant_requests_total{tenant="acme",result="failed"})"), 1);
  EXPECT_EQ(text.find(R"(standings_tenant_requests_total{tenant="other",result="read"})"), 7);
}

TEST(TenantMetrics, HaveOneSeriesForTheRestAndATenantOfThatName) {
  const auto text = printed({{{"other", {3, 2, 1}}}, {7, 0, 0}});
  EXPECT_EQ(text.find(R"(standings_tenant_requests_total{tenant="other",result="read"})"), 10);
  EXPECT_EQ(text.find(R"(standings_tenant_requests_total{tenant="other",result="updated"})"), 2);
  EXPECT_EQ(text.samples().size(), tenant_request_kinds);
}

TEST(ShelfMetrics, TellLoadsByTheirOutcomeAndEvictions) {
  shelf_counts counts;
  counts.loads.add(3);
  counts.failed_loads.add();
  counts.evictions.add(2);
  metric_families all;
  add_shelf(all, counts);
  const metrics_text text{all.text()};
  EXPECT_EQ(text.find(R"(standings_leaderboard_loads_total{outcome="completed"})"), 3);
  EXPECT_EQ(text.find(R"(standings_leaderboard_loads_total{outcome="failed"})"), 1);
  EXPECT_EQ(text.find("standings_leaderboard_evictions_total"), 2);
}

TEST(ShelfMetrics, TellComparisonsByTheirOutcome) {
  shelf_counts counts;
  counts.same_caches.add(5);
  counts.differing_caches.add(2);
  counts.failed_comparisons.add();
  metric_families all;
  add_shelf(all, counts);
  const metrics_text text{all.text()};
  EXPECT_EQ(text.find(R"(standings_leaderboard_comparisons_total{outcome="same"})"), 5);
  EXPECT_EQ(text.find(R"(standings_leaderboard_comparisons_total{outcome="differed"})"), 2);
  EXPECT_EQ(text.find(R"(standings_leaderboard_comparisons_total{outcome="failed"})"), 1);
}

} // namespace
} // namespace standings::test
