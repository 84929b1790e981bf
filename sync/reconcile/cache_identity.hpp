#pragma once

#include "core/reconcile/run_report.hpp"
#include "stores/contracts/cache_audit.hpp"
#include "stores/contracts/rank_cache.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace standings {

/// Verifies the cache and returns its generation. Fails with `cache_warming` if it is not complete.
[[nodiscard]] result<std::string> complete_generation(rank_cache& cache);

/// What is known about a complete cache.
struct cache_evidence {
  std::string generation;
  /// The last complete run found the rows up to this version in the cache, or brought them there;
  /// `nullopt` if the cache has been replaced since, or restored from an older state.
  std::optional<std::int64_t> verified_up_to;
};

/// Examines the cache. Fails with `cache_warming` if it is not complete.
[[nodiscard]] result<cache_evidence> find_evidence(const run_state& last_run, rank_cache& cache,
                                                   cache_audit& audit);

} // namespace standings
