#pragma once

#include "actors/child_set.hpp"
#include "actors/supervisor.hpp"
#include "config/config.hpp"
#include "stores/backends.hpp"

#include <caf/fwd.hpp>

#include <functional>

namespace standings {

/// What the HTTP edge, the command line and tests talk to. The addresses stay
/// the same however often what is behind them is restarted.
struct service_faces {
  scoring_actor scoring;
  hydration_actor hydration;
  period_clock_actor period_clock;
  reconcile_actor reconcile;
  health_actor health;
  session_sync_actor sessions;
  rank_cache_ptr cache; ///< for reads that need no message
  alias_mirror_actor aliases;
  alias_cache_ptr alias_cache; ///< likewise; null where aliases are switched off
};

/// Adds children after the service's own: started last, stopped first.
using edge_factory = std::function<std::vector<supervised>(const service_faces& faces)>;

struct service {
  supervisor_actor root;
  service_faces faces;
};

/// Builds the supervision tree. Stop it by sending `root` an exit message and
/// waiting for its end.
///
///     root
///     ├── scoring ─── score_writer × N     (detached)
///     ├── hydration ─ hydration_worker × 3 (detached)
///     ├── period_clock                     (detached)
///     ├── reconcile ─ user_batch × N + 1   (detached)
///     │             ├ sync_keeper          (detached: the rights to lead and to run)
///     │             ├ webhook_sender       (detached)
///     │             └ change_listener      (detached: the Redis subscription)
///     ├── alias_mirror ─ alias_worker × 2  (detached)
///     ├── session_sync ─ session_worker × 2 (detached), key_listener (detached)
///     ├── health
///     └── the edge                         started last, stopped first
service start_service(caf::actor_system& system, const config& settings, const backends& stores,
                      const edge_factory& edge);

} // namespace standings
