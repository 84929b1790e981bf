#pragma once

#include "actors/supervision/child_set.hpp"
#include "actors/supervision/event_log.hpp"
#include "actors/supervision/supervisor.hpp"
#include "core/metrics/store_calls.hpp"
#include "messages/actors.hpp"
#include "stores/contracts/alias_cache.hpp"
#include "stores/contracts/cache_reads.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "sync/leaderboard/leaderboard_shelf.hpp"

#include <functional>
#include <vector>

namespace standings {

/// The service as the HTTP edge, the command line and tests see it. The addresses stay valid when
/// the actors behind them are restarted.
struct service_faces {
  scoring_actor scoring;
  hydration_actor hydration;
  period_clock_actor period_clock;
  reconcile_actor reconcile;
  health_actor health;
  session_sync_actor sessions;
  rank_cache_ptr cache;
  cache_reads_factory cache_reads; ///< for reads that need no message
  alias_mirror_actor aliases;
  alias_cache_ptr alias_cache; ///< for reads that need no message; null if aliases are switched off
  event_log_ptr events;        ///< what has happened
  leaderboards_actor leaderboards{}; ///< the named ones
  scoring_actor named_scoring{};     ///< counts in named leaderboards
  leaderboard_shelf_ptr shelf{};     ///< those in use
  bool named_caches_block = false;   ///< whether reading their caches may block
  store_metrics_ptr store_metrics{}; ///< what the stores have done; may be null
};

/// Makes children that run beside the service's own: started last, stopped first.
using edge_factory = std::function<std::vector<supervised>(const service_faces& faces)>;

} // namespace standings
