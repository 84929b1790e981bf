#pragma once

#include "core/reconcile/run_report.hpp"
#include "stores/contracts/cache_audit.hpp"
#include "stores/contracts/rank_cache.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace standings {

/// The generation of a cache that is complete, after a look. Fails with
/// `cache_warming` where it is not.
[[nodiscard]] result<std::string> complete_generation(rank_cache& cache);

/// What is known of a complete cache.
struct cache_evidence {
  std::string generation;
  /// Rows up to this version were found in it, or brought to it, by the last
  /// complete run; nothing where the cache is another one, or older, by now.
  std::optional<std::int64_t> verified_up_to;
};

/// Looks at the cache. Fails with `cache_warming` where it is not complete.
[[nodiscard]] result<cache_evidence> find_evidence(const run_state& last_run, rank_cache& cache,
                                                   cache_audit& audit);

} // namespace standings
