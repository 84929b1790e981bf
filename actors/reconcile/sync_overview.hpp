#pragma once

#include "core/base/result.hpp"
#include "core/reconcile/sync_health.hpp"
#include "messages/reconcile.hpp"
#include "stores/contracts/rank_cache.hpp"

#include <cstdint>

namespace standings {

/// The state of cache, database and reconcile; each part may fail on its own.
struct sync_overview {
  result<cache_state> cache = fail(errc::internal);
  result<std::uint64_t> users = fail(errc::internal); ///< in the database
  result<reconcile_status> reconcile = fail(errc::internal);

  [[nodiscard]] sync_signs signs() const;
};

} // namespace standings
