#pragma once

#include "http/api/metrics/families.hpp"

namespace standings {

/// The memory, processor time and descriptors of this process, under the names that all Prometheus
/// clients use. What the system does not tell is left out.
void add_process(metric_families& to);

} // namespace standings
