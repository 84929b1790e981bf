#pragma once

#include "core/metrics/read_counts.hpp"
#include "core/metrics/store_calls.hpp"
#include "http/api/metrics/families.hpp"
#include "http/server/server.hpp"

#include <memory>
#include <vector>

/// What counters within this process hold, as metrics.
namespace standings {

void add_traffic(metric_families& to, const server_traffic& from);
void add_reads(metric_families& to,
               const std::vector<std::shared_ptr<const read_counts>>& of_loops);
void add_stores(metric_families& to, const store_metrics& from);

} // namespace standings
