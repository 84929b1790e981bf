#pragma once

#include "core/base/result.hpp"
#include "core/reconcile/sync_health.hpp"
#include "messages/actors.hpp"
#include "stores/contracts/rank_cache.hpp"

#include <caf/fwd.hpp>

#include <chrono>
#include <cstdint>

namespace standings {

/// The state of cache, database and reconcile; each part may fail on its own.
struct sync_overview {
  result<cache_state> cache = fail(errc::internal);
  result<std::uint64_t> users = fail(errc::internal); ///< in the database
  result<reconcile_status> reconcile = fail(errc::internal);

  [[nodiscard]] sync_signs signs() const;
};

/// Asks all three, waiting at most `limit` for each. Blocking; thread-safe.
[[nodiscard]] sync_overview look_at_sync(caf::actor_system& system, rank_cache& cache,
                                         const hydration_actor& hydration,
                                         const reconcile_actor& reconcile,
                                         std::chrono::milliseconds limit);

} // namespace standings
