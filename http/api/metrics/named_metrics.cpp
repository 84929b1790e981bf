#include "http/api/metrics/named_metrics.hpp"

namespace standings {

namespace {

void add_tenant(metric_families& to, const std::string& tenant,
                const tenant_counts::counts& requests) {
  const auto add = [&](const char* result, tenant_request which) {
    to.counter("standings_tenant_requests_total",
               "Requests for named leaderboards, by tenant and result.",
               {{"tenant", tenant}, {"result", result}},
               as_number(requests[static_cast<std::size_t>(which)]));
  };
  add("read", tenant_request::read);
  add("updated", tenant_request::updated);
  add("failed", tenant_request::failed);
}

void add_comparisons(metric_families& to, const shelf_counts& from) {
  const auto add = [&](const char* outcome, const shared_count& count) {
    to.counter("standings_leaderboard_comparisons_total",
               "Comparisons of a named leaderboard's cache with the database.",
               {{"outcome", outcome}}, as_number(count.value()));
  };
  add("same", from.same_caches);
  add("differed", from.differing_caches);
  add("failed", from.failed_comparisons);
}

} // namespace

void add_shelf(metric_families& to, const shelf_counts& from) {
  constexpr auto name = "standings_leaderboard_loads_total";
  constexpr auto help = "Named leaderboards loaded into the cache.";
  to.counter(name, help, {{"outcome", "completed"}}, as_number(from.loads.value()));
  to.counter(name, help, {{"outcome", "failed"}}, as_number(from.failed_loads.value()));
  to.counter("standings_leaderboard_evictions_total",
             "Named leaderboards that were dropped because they had not been used for long.", {},
             as_number(from.evictions.value()));
  add_comparisons(to, from);
}

/// A tenant may be called `other`: its own series then stand for it and for the rest.
void add_tenants(metric_families& to, const tenant_counts::totals& from) {
  auto others = from.others;
  for (const auto& [tenant, requests] : from.tenants) {
    if (tenant != "other") {
      add_tenant(to, tenant, requests);
      continue;
    }
    for (std::size_t i = 0; i < others.size(); ++i)
      others[i] += requests[i];
  }
  add_tenant(to, "other", others);
}

} // namespace standings
