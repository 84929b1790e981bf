#pragma once

#include "core/metrics/shelf_counts.hpp"
#include "core/metrics/tenant_counts.hpp"
#include "http/api/metrics/families.hpp"

/// Named leaderboards, as metrics. Pure.
namespace standings {

void add_shelf(metric_families& to, const shelf_counts& from);
void add_tenants(metric_families& to, const tenant_counts::totals& from);

} // namespace standings
