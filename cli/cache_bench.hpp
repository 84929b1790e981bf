#pragma once

#include "cli/invocation.hpp"
#include "stores/contracts/rank_cache.hpp"

namespace standings {

/// Prints latencies of reads, and of a write that changes nothing. Returns the exit code.
int bench_cache(const invocation& with, rank_cache& cache);

} // namespace standings
